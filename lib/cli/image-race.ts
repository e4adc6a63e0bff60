/**
 * Returns whether all of Terraform's errors come from images that the engine removed while it listed them. The containerd
 * image store then fails the whole list, in engines without https://github.com/moby/moby/pull/51979.
 */
export function isOnlyImageRace(failure: string): boolean {
  const errors = failure
    .split(/^(?=Error: )/m)
    .map((error) => error.replace(/[\s│]+/g, ' '))
    .filter((error) => error.trim() !== '');
  return errors.length > 0 && errors.every((error) => /unable to list Docker images: .*\bnot found\b/.test(error));
}
