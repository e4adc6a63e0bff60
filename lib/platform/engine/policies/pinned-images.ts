import { quote } from '../../../values';
import type { Policy, RenderedResource } from '../../../model/stack/policy';

/** Requires a digest for every pulled image, if the environment pins images. */
export const requireImageDigests: Policy = {
  name: 'pinned-images',
  check: ({ resources, requireImageDigests: wanted }) =>
    (wanted ? resources : []).filter(isMutable).map(({ path, attributes }) => ({
      path,
      message:
        `image ${quote(attributes.name)} may be other code tomorrow, and this environment pins its images; ` +
        'write its digest behind the tag: "name:tag@sha256:…"',
    })),
};

function isMutable({ type, attributes }: RenderedResource): boolean {
  const { name, build } = attributes;
  return type === 'docker_image' && build === undefined && typeof name === 'string' && !name.includes('@sha256:');
}
