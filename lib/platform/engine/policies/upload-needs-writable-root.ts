import type { Policy } from '../../../model/stack/policy';

/** Refuses uploads into a container with a read-only root: the engine extracts them at "/", whatever the target. */
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
