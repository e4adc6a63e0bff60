// @ts-check
'use strict';

const { parseArgs } = require('node:util');
const { Failure } = require('./failure.cjs');

/**
 * @typedef {Readonly<Record<string, number>>} PidsLimits by the workload's label; '' for containers without one
 *
 * @typedef {object} Options
 * @property {string} container id or name; the first of several
 * @property {readonly string[]} containers
 * @property {number} timeout milliseconds
 * @property {number} grace milliseconds
 * @property {string} [predecessors] LABEL=VALUE
 * @property {string} [prepare] id or name of a container
 * @property {readonly string[]} names of the containers while no step of theirs is pending, one for each
 * @property {string} [target] LABEL=VALUE
 * @property {readonly { readonly staged: string, readonly live: string }[]} files
 * @property {readonly string[]} followed files that are put in place from PATH.next without a notification
 * @property {readonly string[]} [exec] command that reloads
 * @property {string} [signal]
 * @property {readonly string[]} data names of the volumes that a job works on; with any the gate starts it
 * @property {PidsLimits} pidsLimits
 * @property {string} [host]
 * @property {string} [certPath]
 * @property {readonly string[]} sshOptions
 */

const USAGE = `usage: node main.cjs COMMAND --container ID [options]
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
const COMMANDS = {
  healthy: { timeout: true, predecessors: false, prepare: false },
  job: { timeout: true, data: false },
  open: { name: true },
  close: { name: true },
  handover: { name: true, predecessors: true, grace: false },
  reload: { name: true, target: true, staged: true, live: true, followed: false, signal: false, timeout: false },
  limits: { target: true },
};

const text = /** @type {const} */ ({ type: 'string' });
const texts = /** @type {const} */ ({ type: 'string', multiple: true });
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

/** @param {string} message @returns {never} */
function refuse(message) {
  throw new Failure(`${message}\n${USAGE}`, 2);
}

/** @param {readonly string[]} words */
function parse(words) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return refuse(/** @type {Error} */ (error).message);
  }
}

/**
 * @param {keyof typeof COMMANDS} command
 * @param {readonly string[]} given
 */
function assertOptions(command, given) {
  /** @type {Record<string, boolean>} */
  const own = COMMANDS[command];
  const alien = given.find((option) => !(option in own) && !EVERYWHERE.includes(option));
  if (alien !== undefined) refuse(`${command} takes no --${alien}`);
  const needed = [...(command === 'limits' ? [] : ['container']), ...Object.keys(own).filter((option) => own[option])];
  const missing = needed.find((option) => !given.includes(option));
  if (missing !== undefined) refuse(`${command} needs --${missing}`);
}

/**
 * @param {string} option
 * @param {string | undefined} value
 * @param {number} otherwise seconds
 */
function milliseconds(option, value, otherwise) {
  const seconds = value === undefined ? otherwise : Number(value);
  if (value === '' || !(seconds > 0 && seconds <= 86_400)) {
    refuse(`--${option} ${JSON.stringify(value)} is not a number of seconds between 0 and 86400`);
  }
  return seconds * 1000;
}

/**
 * @param {string} option
 * @param {string | undefined} value
 */
function label(option, value) {
  if (value !== undefined && !/^[^=]+=./.test(value)) refuse(`--${option} ${JSON.stringify(value)} is not LABEL=VALUE`);
  return value;
}

/** @param {keyof typeof COMMANDS} command @param {readonly string[]} all */
function containers(command, all) {
  const alien = all.find((one) => !/^[A-Za-z0-9][\w.-]*$/.test(one));
  if (alien !== undefined) refuse(`--container ${JSON.stringify(alien)} is not an id or name of a container`);
  if (all.length > 1 && command !== 'healthy' && command !== 'close') refuse(`${command} takes one --container`);
  return all;
}

/** Reads a command from a variable, because shells quote JSON in different ways. @param {string | undefined} json */
function command(json) {
  if (json === undefined || json === '') return undefined;
  /** @type {unknown} */
  let words;
  try {
    words = JSON.parse(json);
  } catch {
    words = undefined;
  }
  if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')) return words;
  return refuse(`GATE_EXEC ${JSON.stringify(json)} is not a JSON list of words`);
}

/** @param {string | undefined} json @returns {PidsLimits} */
function limitsOf(json) {
  if (json === undefined || json === '') return {};
  /** @type {unknown} */
  let limits;
  try {
    limits = JSON.parse(json);
  } catch {
    limits = undefined;
  }
  const isRecord = typeof limits === 'object' && limits !== null && !Array.isArray(limits);
  if (isRecord && Object.values(limits ?? {}).every((limit) => Number.isInteger(limit) && limit > 0)) {
    return /** @type {PidsLimits} */ (limits);
  }
  return refuse(`GATE_PIDS_LIMITS ${JSON.stringify(json)} is not a JSON record of whole numbers`);
}

/** @param {readonly string[]} staged @param {readonly string[]} live @param {readonly string[]} followed */
function pairs(staged, live, followed) {
  if (staged.length !== live.length) refuse('each --staged needs its --live');
  const relative = [...staged, ...live, ...followed].find((path) => !/^\/.*[^/]$/.test(path));
  if (relative !== undefined) refuse(`${JSON.stringify(relative)} is not an absolute path of a file`);
  return staged.map((path, index) => ({ staged: path, live: live[index] ?? '' }));
}

/**
 * @param {readonly string[]} words the command line after the program
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {{ readonly name: keyof typeof COMMANDS, readonly options: Options }}
 */
function readArguments(words, environment) {
  const { positionals, values } = parse(words);
  const [name, ...more] = positionals;
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) refuse(`${JSON.stringify(name ?? '')} is not a command`);
  if (more.length > 0) refuse(`${JSON.stringify(more[0])} stands where an option should`);
  const known = /** @type {keyof typeof COMMANDS} */ (name);
  assertOptions(known, Object.keys(values));
  const all = containers(known, values.container ?? []);
  if (values.name !== undefined && values.name.length !== all.length) refuse('each --container needs its --name');
  const options = {
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

module.exports = { readArguments };
