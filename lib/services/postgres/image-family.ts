import { ConfigurationError, describeImage, quote } from '../../values';
import type { Image, ImageReference, HasPath } from '../../values';
import type { Distribution } from '../../model/capabilities/backup-source';

/**
 * Images that start as the official one does, by the end of their repository, with the distribution they are based on.
 */
const FAMILY: readonly (readonly [string, Distribution | undefined])[] = [
  ['library/postgres', undefined],
  ['pgvector/pgvector', undefined],
  ['postgis/postgis', undefined],
  ['timescale/timescaledb', 'alpine'],
];

/** Images with another entry point, superuser or layout, which no option could make compatible. */
const STRANGERS = /(?:^|\/)(?:bitnami\w*\/postgresql(?:-repmgr)?|supabase\/postgres|kartoza\/postgis|spilo-?\w*)$/;

export interface Stated {
  readonly user?: string;
  readonly distribution?: Distribution;
}

/**
 * Returns the distribution of the image, which determines the user `postgres` and how backups are installed.
 * @throws ConfigurationError for an incompatible image, and for an unknown one
 */
export function distributionOf(where: HasPath, image: Image, { user, distribution }: Stated): Distribution {
  const bases = baseReferences(image);
  const stranger = bases.find(({ repository }) => STRANGERS.test(repository));
  if (stranger !== undefined) {
    throw new ConfigurationError(
      where,
      `image ${quote(stranger.toString())} starts in a way of its own, with a superuser and a layout of its own; use an ` +
        'image made from the official one, such as "postgres:18.6"',
    );
  }
  const known = knownDistribution(bases);
  if (distribution !== undefined && (known !== undefined || user !== undefined)) return distribution;
  if (known !== undefined) return known;
  throw new ConfigurationError(
    where,
    `image ${quote(describeImage(image))} is not known to be made from the official one; state \`user\` (its "postgres" in ` +
      'numbers, such as "999:999") and `distribution` ("debian" or "alpine"), or use "postgres:18.6"',
  );
}

/** Returns the user `postgres` of the official images. */
export function postgresUserOf(distribution: Distribution): string {
  return distribution === 'alpine' ? '70:70' : '999:999';
}

/** Returns the image's own reference, or the references that it is built on. */
function baseReferences(image: Image): readonly ImageReference[] {
  if (image.kind === 'pulled') return [image.reference];
  return Object.values(image.baseImages).flatMap((base) => ('kind' in base ? baseReferences(base) : [base]));
}

/**
 * Returns the distribution of known images. A build that names no base image counts as based on Debian's official
 * image, as documented.
 */
function knownDistribution(bases: readonly ImageReference[]): Distribution | undefined {
  if (bases.length === 0) return 'debian';
  for (const { repository, tag = '' } of bases) {
    const member = FAMILY.find(([end]) => repository === end || repository.endsWith(`/${end}`));
    if (member !== undefined) return member[1] ?? (tag.includes('alpine') ? 'alpine' : 'debian');
  }
  return undefined;
}
