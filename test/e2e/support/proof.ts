/** Whether the long form of proofs is wanted, which is for figures. */
export const FULL = process.env.DOCKER_CONSTRUCTS_PROOF === 'full';
