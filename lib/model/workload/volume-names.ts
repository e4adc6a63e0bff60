import { existsSync, readFileSync } from 'node:fs';
import { assertVolumeName, ConfigurationError, quote } from '../../values';
import type { HasPath } from '../../values';

/** Name of a volume on the host by the name that the program gives it. */
export type VolumeNames = Readonly<Record<string, string>>;

/** Names that override those of the file, as JSON. A command uses it to try a change before it writes the file. */
export const VOLUMES_VARIABLE = 'DOCKER_CONSTRUCTS_VOLUMES';

/** Name of a stack that is described for a restore that may upgrade its data to another major version. */
export const UPGRADE_VARIABLE = 'DOCKER_CONSTRUCTS_UPGRADE';

/**
 * Returns the volumes that a restore has put in the place of others. Without a file there are none.
 *
 * @throws ConfigurationError for a file that does not map volume names to volume names
 */
export function readVolumeNames(
  where: HasPath,
  file: string,
  more: string | undefined = process.env[VOLUMES_VARIABLE],
): VolumeNames {
  const written = existsSync(file) ? parse(where, quote(file), readFileSync(file, 'utf8')) : {};
  return more ? { ...written, ...parse(where, VOLUMES_VARIABLE, more) } : written;
}

function parse(where: HasPath, origin: string, text: string): VolumeNames {
  let names: unknown;
  try {
    names = JSON.parse(text);
  } catch {
    throw new ConfigurationError(where, `${origin} is not valid JSON; correct it, or put it back from git`);
  }
  if (typeof names !== 'object' || names === null || Array.isArray(names)) {
    throw new ConfigurationError(
      where,
      `${origin} must be an object such as {"shop-prod-postgres-data": "shop-prod-postgres-data-20261121103000"}, ` +
        `got ${quote(names)}; correct it, or put it back from git`,
    );
  }
  const entries = Object.entries(names).map(([key, value]) => [key, checked(where, origin, key, value)]);
  return Object.fromEntries(entries) as VolumeNames;
}

function checked(where: HasPath, origin: string, key: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw new ConfigurationError(
      where,
      `${origin} gives volume ${quote(key)} the name ${quote(value)}; write a text, or remove the line`,
    );
  }
  assertVolumeName(where, `${origin}: volume name`, value);
  return value;
}
