import type { Policy } from '../model/policy';
import { pinnedImages } from './pinned-images';
import { publishablePorts } from './publishable-ports';
import { uploadNeedsWritableRoot } from './upload-needs-writable-root';

/** What everything rendered for a Docker Engine has to keep; judged with all overrides applied. */
export const ENGINE_POLICIES: readonly Policy[] = [uploadNeedsWritableRoot, publishablePorts, pinnedImages];
