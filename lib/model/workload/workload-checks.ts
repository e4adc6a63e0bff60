import { assertLine, ConfigurationError, port, quote } from '../../values';
import type { HasPath } from '../../values';
import { alteredText } from './invalid-characters';
import { assertContainerPath, assertPlainLine } from './container-path';
import { isHostAddress } from './host-address';
import { MAJOR_LABEL } from '../stack/labels';
import { assertSpecTypes } from './spec-types';
import type { TmpfsMount, Ulimit, WorkloadSpec } from './workload-spec';

const MEBIBYTE = 1024 * 1024;
/** Smallest memory limit with which Docker starts a container. */
const LEAST_MEMORY = 6 * MEBIBYTE;
const MOST_REPLICAS = 100;
/** Largest number of process ids in a 64-bit kernel. */
const MOST_PROCESSES = 4_194_304;
/** Names of limits that Docker knows. */
const ULIMITS = [
  'as',
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
];
const CAPABILITY = /^(?:CAP_)?[A-Z][A-Z_]*$/i;
const OWN_LABELS = 'docker-constructs.';
const SYSCTL = /^[a-z0-9_-]+(?:\.[\w*-]+)+$/;
const MODE = /^[0-7]{3,4}$/;

/** Refuses a spec that no platform could run. */
export function assertWorkloadSpec(where: HasPath, spec: WorkloadSpec): void {
  assertSpecTypes(where, spec);
  assertWords(where, 'entrypoint', spec.entrypoint);
  assertWords(where, 'command', spec.command);
  assertProcess(where, spec);
  assertLimits(where, spec);
  for (const directory of spec.tmpfs) assertTemporaryDirectory(where, directory);
  for (const path of spec.ownedPaths) assertContainerPath(where, 'owned path', path);
  assertPorts(where, spec);
  assertSysctls(where, spec.sysctls);
  assertLabels(where, spec.labels);
}

/**
 * Refuses words of a command line that are not text: a secret would show in the plan, and other values would break
 * there.
 */
function assertWords(where: HasPath, what: string, args: readonly string[] | undefined): void {
  for (const word of args ?? []) {
    if (typeof word !== 'string') {
      throw new ConfigurationError(
        where,
        `${what} has a word that is no text but ${typeof word}; write strings, and give secrets to \`addSecret\` or \`exportSecret\``,
      );
    }
    const broken = alteredText(word);
    if (broken !== undefined) {
      throw new ConfigurationError(where, `${what} has ${broken} in ${quote(word)}; remove it`);
    }
  }
}

function assertProcess(where: HasPath, { user, workingDirectory, stopSignal, capabilities }: WorkloadSpec): void {
  if (user !== undefined) assertPlainLine(where, 'user', user);
  if (stopSignal !== undefined) assertPlainLine(where, 'stop signal', stopSignal);
  if (workingDirectory !== undefined && workingDirectory !== '/') {
    assertContainerPath(where, 'working directory', workingDirectory);
  }
  for (const name of capabilities) {
    if (typeof name === 'string' && CAPABILITY.test(name)) continue;
    throw new ConfigurationError(where, `${quote(name)} is no Linux capability; write for example "NET_BIND_SERVICE"`);
  }
}

function assertLimits(where: HasPath, spec: WorkloadSpec): void {
  const { memory, shmSize, replicas, logs } = spec;
  assertMebibytes(where, 'memory limit', memory.toBytes(), LEAST_MEMORY);
  if (shmSize !== undefined) assertMebibytes(where, 'shared memory', shmSize.toBytes(), MEBIBYTE);
  if (spec.pidsLimit !== undefined) assertWholeNumber(where, 'pidsLimit', spec.pidsLimit, MOST_PROCESSES);
  assertUlimits(where, spec.ulimits ?? []);
  assertWholeNumber(where, 'replicas', replicas, MOST_REPLICAS);
  if (spec.onEachHost === true && replicas !== 1) {
    throw new ConfigurationError(
      where,
      `\`replicas\` must be 1 for a workload that runs \`onEachHost\`, got ${replicas}; leave one of them out`,
    );
  }
  assertWholeNumber(where, 'number of log files', logs.maxFiles, 1000);
  if (logs.maxSize.toBytes() === 0) {
    throw new ConfigurationError(where, 'a log file must be rotated at more than 0 bytes; write Size.mebibytes(10)');
  }
}

function assertUlimits(where: HasPath, limits: readonly Ulimit[]): void {
  for (const [index, { name, hard, soft = hard }] of limits.entries()) {
    if (!ULIMITS.includes(name)) {
      throw new ConfigurationError(where, `ulimit must be one of ${ULIMITS.join(', ')}, got ${quote(name)}`);
    }
    if (limits.findIndex((other) => other.name === name) !== index) {
      throw new ConfigurationError(where, `ulimit ${quote(name)} is stated twice; keep one of them`);
    }
    const isLimit = (value: number): boolean => Number.isSafeInteger(value) && value >= -1;
    const isOrdered = hard === -1 || (soft !== -1 && soft <= hard);
    if (isLimit(hard) && isLimit(soft) && isOrdered) continue;
    throw new ConfigurationError(
      where,
      `ulimit ${quote(name)} must have whole numbers, and a soft one up to the hard one (-1 is no limit), ` +
        `got soft ${quote(soft)} and hard ${quote(hard)}`,
    );
  }
}

function assertMebibytes(where: HasPath, what: string, bytes: number, least: number): void {
  if (bytes >= least && bytes % MEBIBYTE === 0) return;
  throw new ConfigurationError(
    where,
    `${what} must be a whole number of MiB, at least ${least / MEBIBYTE}, got ${bytes} bytes; write Size.mebibytes(64)`,
  );
}

function assertWholeNumber(where: HasPath, what: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new ConfigurationError(where, `${what} must be a whole number from 1 to ${most}, got ${quote(value)}`);
}

function assertTemporaryDirectory(where: HasPath, { path, mode }: TmpfsMount): void {
  assertContainerPath(where, 'temporary directory', path);
  if (mode === undefined || MODE.test(mode)) return;
  throw new ConfigurationError(
    where,
    `mode of temporary directory ${quote(path)} must be octal such as "1777", got ${quote(mode)}`,
  );
}

function assertPorts(where: HasPath, { ports }: WorkloadSpec): void {
  for (const published of ports) {
    port(published.container, where);
    port(published.host, where);
    if (isHostAddress(published.address)) continue;
    throw new ConfigurationError(
      where,
      `port ${published.host} must be published on an IP address such as "127.0.0.1", or on "*" for all, got ${quote(published.address)}`,
    );
  }
}

function assertSysctls(where: HasPath, sysctls: WorkloadSpec['sysctls']): void {
  for (const [name, value] of Object.entries(sysctls ?? {})) {
    if (SYSCTL.test(name) && typeof value === 'string' && /^[\w .,:/-]+$/.test(value)) continue;
    throw new ConfigurationError(
      where,
      `a kernel setting must be such as "net.core.somaxconn": "1024", got ${quote(name)}: ${quote(value)}`,
    );
  }
}

export function assertLabels(where: HasPath, labels: WorkloadSpec['labels']): void {
  for (const [key, value] of Object.entries(labels)) {
    assertLine(where, 'label', key);
    if (key.startsWith(OWN_LABELS) && key !== MAJOR_LABEL) {
      throw new ConfigurationError(
        where,
        `label ${quote(key)} begins as those of this library do; choose another name`,
      );
    }
    if (typeof value === 'string' && alteredText(value) === undefined && alteredText(key) === undefined) continue;
    throw new ConfigurationError(
      where,
      `label ${quote(key)} must be text that Terraform keeps: no NUL bytes, lone surrogates, decomposed Unicode and signs of references, got ${quote(value)}`,
    );
  }
}
