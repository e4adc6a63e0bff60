import type { Policy } from '../../../model/stack/policy';
import { requireImageDigests } from './pinned-images';
import { publishablePorts } from './publishable-ports';
import { uploadNeedsWritableRoot } from './upload-needs-writable-root';

/** Rules for everything rendered for a Docker Engine; they are checked with all overrides applied. */
export const ENGINE_POLICIES: readonly Policy[] = [uploadNeedsWritableRoot, publishablePorts, requireImageDigests];
