import { parseArgs } from 'node:util';
import { Failure } from './failure';

/** Limits of processes by the label of a workload; '' for containers without the label. */
export type PidsLimits = Readonly<Record<string, number>>;

/** Options of a step, checked. */
export interface Options {
  /** Id or name of the container; the first of several. */
  readonly container: string;
  readonly containers: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly grace: number;
  /** Label of the workload, LABEL=VALUE. */
  readonly predecessors?: string;
  /** Id or name of a container that prepares a revision. */
  readonly prepare?: string;
  /** Names of the containers while no step of theirs is pending, one for each. */
  readonly names: readonly string[];
  /** Label of the containers to reload, LABEL=VALUE. */
  readonly target?: string;
  readonly files: readonly { readonly staged: string; readonly live: string }[];
  /** Files that are put in place from PATH.next without a notification. */
  readonly followed: readonly string[];
  /** Command that reloads. */
  readonly exec?: readonly string[];
  readonly signal?: string;
  /** Names of the volumes that a job works on; with any the gate starts it. */
  readonly data: readonly string[];
  readonly pidsLimits: PidsLimits;
  readonly host?: string;
  readonly certPath?: string;
  readonly sshOptions: readonly string[];
}

export const USAGE = `usage: node main.cjs COMMAND --container ID [options]
  healthy   --timeout SECONDS [--container ID]... [--predecessors LABEL=VALUE] [--prepare ID]
  job       --timeout SECONDS [--data VOLUME]...
  open      --name NAME
  close     --name NAME [--container ID --name NAME]...
  handover  --name NAME --predecessors LABEL=VALUE [--grace SECONDS]
  reload    --name NAME --target LABEL=VALUE (--staged PATH --live PATH)... [--followed PATH]... [--signal NAME]
            [--timeout SECONDS] with the command that reloads as a JSON list of words in the variable GATE_EXEC
  limits    --target LABEL=VALUE, without --container
the most processes of healthy, job and limits: JSON of numbers by workload in the variable GATE_PIDS_LIMITS
the engine: [--host URL] [--cert-path DIRECTORY] [--ssh-option WORD]...`;

/** Options of each command, other than the container and the engine; `true` for a required one. */
export const COMMANDS = {
  healthy: { timeout: true, predecessors: false, prepare: false },
  job: { timeout: true, data: false },
  open: { name: true },
  close: { name: true },
  handover: { name: true, predecessors: true, grace: false },
  reload: { name: true, target: true, staged: true, live: true, followed: false, signal: false, timeout: false },
  limits: { target: true },
};

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const OPTIONS = {
  container: texts,
  timeout: text,
  grace: text,
  predecessors: text,
  prepare: text,
  name: texts,
  target: text,
  staged: texts,
  live: texts,
  followed: texts,
  data: texts,
  signal: text,
  host: text,
  'cert-path': text,
  'ssh-option': texts,
};
const EVERYWHERE = ['container', 'host', 'cert-path', 'ssh-option'];

function refuse(message: string): never {
  throw new Failure(`${message}\n${USAGE}`, 2);
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function assertOptions(command: keyof typeof COMMANDS, given: readonly string[]) {
  const own: Record<string, boolean> = COMMANDS[command];
  const alien = given.find((option) => !(option in own) && !EVERYWHERE.includes(option));
  if (alien !== undefined) refuse(`${command} takes no --${alien}`);
  const needed = [...(command === 'limits' ? [] : ['container']), ...Object.keys(own).filter((option) => own[option])];
  const missing = needed.find((option) => !given.includes(option));
  if (missing !== undefined) refuse(`${command} needs --${missing}`);
}

/** @param otherwise - seconds */
function milliseconds(option: string, value: string | undefined, otherwise: number) {
  const seconds = value === undefined ? otherwise : Number(value);
  if (value === '' || !(seconds > 0 && seconds <= 86_400)) {
    refuse(`--${option} ${JSON.stringify(value)} is not a number of seconds between 0 and 86400`);
  }
  return seconds * 1000;
}

function label(option: string, value: string | undefined) {
  if (value !== undefined && !/^[^=]+=./.test(value)) refuse(`--${option} ${JSON.stringify(value)} is not LABEL=VALUE`);
  return value;
}

function containers(command: keyof typeof COMMANDS, all: readonly string[]) {
  const alien = all.find((one) => !/^[A-Za-z0-9][\w.-]*$/.test(one));
  if (alien !== undefined) refuse(`--container ${JSON.stringify(alien)} is not an id or name of a container`);
  if (all.length > 1 && command !== 'healthy' && command !== 'close') refuse(`${command} takes one --container`);
  return all;
}

/** Reads a command from a variable, because shells quote JSON in different ways. */
function command(json: string | undefined) {
  if (json === undefined || json === '') return undefined;
  let words: unknown;
  try {
    words = JSON.parse(json);
  } catch {
    words = undefined;
  }
  if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')) return words;
  return refuse(`GATE_EXEC ${JSON.stringify(json)} is not a JSON list of words`);
}

function limitsOf(json: string | undefined): PidsLimits {
  if (json === undefined || json === '') return {};
  let limits: unknown;
  try {
    limits = JSON.parse(json);
  } catch {
    limits = undefined;
  }
  const isRecord = typeof limits === 'object' && limits !== null && !Array.isArray(limits);
  if (isRecord && Object.values(limits ?? {}).every((limit) => Number.isInteger(limit) && limit > 0)) {
    return limits as PidsLimits;
  }
  return refuse(`GATE_PIDS_LIMITS ${JSON.stringify(json)} is not a JSON record of whole numbers`);
}

function pairs(staged: readonly string[], live: readonly string[], followed: readonly string[]) {
  if (staged.length !== live.length) refuse('each --staged needs its --live');
  const relative = [...staged, ...live, ...followed].find((path) => !/^\/.*[^/]$/.test(path));
  if (relative !== undefined) refuse(`${JSON.stringify(relative)} is not an absolute path of a file`);
  return staged.map((path, index) => ({ staged: path, live: live[index] ?? '' }));
}

/** @param words - the command line after the program */
export function readArguments(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { readonly name: keyof typeof COMMANDS; readonly options: Options } {
  const { positionals, values } = parse(words);
  const [name, ...more] = positionals;
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) refuse(`${JSON.stringify(name ?? '')} is not a command`);
  if (more.length > 0) refuse(`${JSON.stringify(more[0])} stands where an option should`);
  const known = name as keyof typeof COMMANDS;
  assertOptions(known, Object.keys(values));
  const all = containers(known, values.container ?? []);
  if (values.name !== undefined && values.name.length !== all.length) refuse('each --container needs its --name');
  const options: Options = {
    container: all[0] ?? '',
    containers: all,
    timeout: milliseconds('timeout', values.timeout, 20),
    grace: milliseconds('grace', values.grace, 10),
    predecessors: label('predecessors', values.predecessors),
    prepare: values.prepare,
    names: values.name ?? [],
    target: label('target', values.target),
    files: pairs(values.staged ?? [], values.live ?? [], values.followed ?? []),
    followed: values.followed ?? [],
    data: values.data ?? [],
    exec: known === 'reload' ? command(environment.GATE_EXEC) : undefined,
    signal: values.signal,
    pidsLimits: limitsOf(environment.GATE_PIDS_LIMITS),
    host: values.host,
    certPath: values['cert-path'],
    sshOptions: values['ssh-option'] ?? [],
  };
  return { name: known, options };
}
