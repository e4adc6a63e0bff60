import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyTo, followedState, keptStates } from './copies';
import type { SeenContainer } from './engine-view';
import type { EngineView } from './engine-view';
import { readStateFile, readWholeState } from './state';
import type { State } from './state';

/** File in which Terraform leaves a state that it could not write. */
export const UNWRITTEN = 'errored.tfstate';

/** Facts about a state that a message adds to the problem. */
export interface StatePlace {
  readonly stack: string;
  /** Folder of the stack. */
  readonly directory: string;
  /** Local state file; undefined for another backend. */
  readonly file: string | undefined;
  /** The user's command, as in 'npm run deploy --'. */
  readonly call: string;
}

/**
 * Returns a message about a state file that is incomplete, and how to get a complete one; undefined for a complete one.
 */
export function brokenState({ file }: StatePlace): string | undefined {
  if (file === undefined || readStateFile(file) !== 'broken') return undefined;
  return `the state file ${file} is not whole; nothing was changed. ${wayBack(file)}`;
}

/** Returns a message about a state that does not know the running services, and the possible solutions. */
export function foreignState(place: StatePlace, state: State, foreign: readonly SeenContainer[]): string {
  const { stack, file, call } = place;
  const names = foreign.map(({ name }) => name).join(', ');
  const where = file ?? 'its backend';
  const problem =
    state.objects.length === 0
      ? `${stack} runs on this engine (${names}), and its state is not in ${where}`
      : `the state of ${stack} in ${where} is older than what runs: it does not know ${names}`;
  const copies = file === undefined ? '' : ` ${wayBack(file)}`;
  return (
    `${problem}; nothing was changed. Use the checkout that it was deployed from, or bring its newest state here.${copies} ` +
    `Without one: ${call} ${stack} --take-over removes containers, networks and files of revisions that the state does not ` +
    'know, and keeps all data.'
  );
}

function wayBack(file: string): string {
  const [newest] = [...keptStates(file), `${file}.backup`].filter((copy) => readWholeState(copy) !== undefined);
  return newest === undefined ? 'There is no copy of it here.' : `The newest copy: cp ${newest} ${file}`;
}

function serialOf(file: string): number {
  const state = readStateFile(file);
  return state === 'absent' || state === 'broken' || state === undefined ? -1 : state.serial;
}

/**
 * Replaces an incomplete state file by the state that Terraform could not write.
 *
 * @returns a message about it; '' if it did nothing
 */
export function takeUnwritten({ directory, file }: StatePlace): string {
  const unwritten = join(directory, UNWRITTEN);
  if (file === undefined || readWholeState(unwritten) === undefined) return '';
  if (readStateFile(file) !== 'broken') return '';
  replaceBy(unwritten, file);
  return `The state that Terraform could not write is in its place now; the broken file is ${file}.broken.`;
}

/**
 * Puts the last whole version of a state in the place of a file that a kill cut off.
 *
 * @returns what was done; '' for nothing
 */
export function takeFollowed({ file }: StatePlace): string {
  const followed = file === undefined ? undefined : readWholeState(followedState(file));
  if (file === undefined || followed === undefined || readStateFile(file) !== 'broken') return '';
  const later = [...keptStates(file), `${file}.backup`].filter((copy) => serialOf(copy) > followed.serial);
  // Another program has written since, so the user must choose.
  if (later.length > 0) return '';
  replaceBy(followedState(file), file);
  return `A deploy was cut off while it wrote its state. The last whole version is in its place; the broken file is ${file}.broken.`;
}

function replaceBy(copy: string, file: string): void {
  renameSync(file, `${file}.broken`);
  copyTo(copy, file);
  rmSync(copy);
}

/** Returns a message about the place of a state that Terraform could not write; '' if there is none. */
export function unwrittenState({ directory, file }: StatePlace): string {
  const unwritten = join(directory, UNWRITTEN);
  if (!existsSync(unwritten)) return '';
  const where = file === undefined ? '' : `Make room for ${file}, then run`;
  return `Terraform could not write its state; it left it in ${unwritten}. ${where || 'Run'} the same command again: it goes on from there.`;
}

const IN_USE = /volume is in use|in_use/;

/** Returns a message about the containers that use volumes that Terraform could not remove; '' for another failure. */
export async function volumeUsers(engine: EngineView, state: State, failure: string): Promise<string> {
  if (!IN_USE.test(failure)) return '';
  const known = new Set(state.objects.map(({ id }) => id));
  const volumes = [...new Set(state.objects.filter(({ type }) => type === 'docker_volume').map(({ name }) => name))];
  const lines: string[] = [];
  for (const volume of volumes) {
    for (const { name, id, workload } of await engine.usersOf(volume)) {
      const of = workload === '' ? '' : ` of service ${workload}`;
      if (!known.has(id))
        lines.push(
          `Volume ${volume} is used by container ${name}${of}, which is in no state: docker rm --force ${name}`,
        );
    }
  }
  return lines.join('\n');
}
