import type { Policy } from '../model/policy';

/** The engine extracts uploads at "/", and refuses that for a container with a read-only root, whatever the target. */
export const uploadNeedsWritableRoot: Policy = {
  name: 'upload-needs-writable-root',
  check: ({ resources }) =>
    resources
      .filter(({ type, attributes }) => type === 'docker_container' && attributes.read_only === true)
      .filter(({ attributes }) => attributes.upload !== undefined)
      .map(({ path }) => ({
        path,
        message:
          '`upload` into a container with a read-only root filesystem always fails; ' +
          'give files to `addFile` or `addSecret`, which deliver them through a volume',
      })),
};
