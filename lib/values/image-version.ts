import type { Image } from './image';

/** Returns the version of an image. A built image has no version except its content. */
export function imageVersion(image: Image): string | undefined {
  return image.kind === 'built' ? undefined : (image.reference.tag ?? image.reference.digest);
}
