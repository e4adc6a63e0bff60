import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isNewEnough } from '../../lib/cli/terraform/terraform-program';

/**
 * Debian keeps the programs of a PostgreSQL server out of the PATH, one directory per version; what it has in the PATH
 * under the name of a client is a script that looks for a version, and takes several times as long as the client.
 */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';

/** Where a machine has further major versions, laid out in the same way; only tests that ask for a version look there. */
const MORE_POSTGRES_VERSIONS = process.env.POSTGRES_VERSIONS;

/** The directory with the programs of one major version of PostgreSQL. */
export function postgresPrograms(major: number): string {
  const places = [POSTGRES_VERSIONS, MORE_POSTGRES_VERSIONS ?? POSTGRES_VERSIONS].map((place) =>
    join(place, String(major), 'bin'),
  );
  return places.find((place) => isExecutable(join(place, 'postgres'))) ?? join(POSTGRES_VERSIONS, String(major), 'bin');
}

/** `describe` for tests on servers of several major versions. A version that this machine has not is skipped by name. */
export function describeWithPostgres(majors: readonly number[], title: string, define: (major: number) => void): void {
  for (const major of majors) {
    const named = `${title}, on PostgreSQL ${major}`;
    if (isExecutable(join(postgresPrograms(major), 'postgres'))) describe(named, () => define(major));
    else describe.skip(`${named} (SKIPPED: PostgreSQL ${major} not found on this machine)`, () => define(major));
  }
}

/** Oldest versions that read what the library writes; of other programs any version does. */
const OLDEST: ReadonlyMap<string, string> = new Map([
  ['amtool', '0.26'],
  // Earlier ones end a block at a quote brace.
  ['caddy', '2.11.7'],
  // Earlier ones understand fewer types.
  ['mypy', '2.4'],
  ['terraform', '1.7'],
]);

/** Path of a program on this machine; undefined where it is missing or too old. */
export function program(name: string): string | undefined {
  const path = searchPath()
    .map((directory) => join(directory, name))
    .find(isExecutable);
  const oldest = OLDEST.get(name);
  return path === undefined || oldest === undefined || isNewEnough(versionOf(path), `>= ${oldest}`) ? path : undefined;
}

function versionOf(path: string): string {
  const { stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return /\d+(?:\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? '0';
}

/** The directories with programs: those of a PostgreSQL server, and those of servers, which a user's PATH may lack. */
export function searchPath(): readonly string[] {
  return [...postgresDirectories(), ...(process.env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/sbin'];
}

/**
 * `describe` for tests that run real programs. On a machine without one of them the tests are skipped, and the title
 * says which program is missing or too old.
 */
export function describeWith(names: string | readonly string[], title: string, define: () => void): void {
  const missing = [names].flat().filter((name) => program(name) === undefined);
  if (missing.length === 0) describe(title, define);
  else describe.skip(`${title} (SKIPPED: ${missing.map(wanted).join(', ')} not found on this machine)`, define);
}

function wanted(name: string): string {
  const oldest = OLDEST.get(name);
  return oldest === undefined ? name : `${name} ${oldest} or newer`;
}

/** The path of a program inside `describeWith`, which has made sure that it is there. */
export function requireProgram(name: string): string {
  const path = program(name);
  if (path === undefined) throw new Error(`${name} not found; wrap the test in describeWith`);
  return path;
}

function postgresDirectories(): string[] {
  try {
    const versions = readdirSync(POSTGRES_VERSIONS).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(POSTGRES_VERSIONS, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
