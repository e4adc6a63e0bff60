import type { Policy } from '../model/policy';

/** What everything rendered for a Docker Engine has to keep. */
export const ENGINE_POLICIES: readonly Policy[] = [];
