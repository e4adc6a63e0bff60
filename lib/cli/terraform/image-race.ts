const ERROR = /^Error: /;
/** Line with which an error, or a gate's message, begins. */
const BEGINNING = /^(?=Error: |\S+ failed:$)/m;

/**
 * Returns true if all of Terraform's errors come from images that the engine removed while it listed them. The
 * containerd image store then fails the whole list, in engines without https://github.com/moby/moby/pull/51979.
 */
export function isOnlyImageRace(output: string): boolean {
  const [before = '', ...others] = output.split(BEGINNING);
  const failures = ERROR.test(before) ? [before, ...others] : others;
  return failures.length > 0 && failures.every(isImageRace);
}

function isImageRace(failure: string): boolean {
  return ERROR.test(failure) && /unable to list Docker images: .*\bnot found\b/.test(failure.replace(/\s+/g, ' '));
}
