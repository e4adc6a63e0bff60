// Slow: starts Python for random schedules.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { retentionWords } from '../../lib/config';
import type { Retention } from '../../lib/config';
import { describeWith, requireProgram } from '../support/programs';
import { forge } from '../support/restic-forgery';
import type { MasterKey } from '../support/restic-forgery';
import { ROOT } from '../support/stacks';

/** The full form: `DOCKER_CONSTRUCTS_PROOF=full npm test -- test/properties/retention` */
const FULL = process.env.DOCKER_CONSTRUCTS_PROOF === 'full';
const HISTORIES = FULL ? 200 : 20;
const RULES = FULL ? 40 : 3;

if (FULL) jest.setTimeout(600_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The wall clock of a place at a moment, with its offset, as restic writes the time of a backup. */
function clock(moment: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const wall = format.format(moment).replace(' ', 'T');
  const minutes = Math.round((Date.parse(`${wall}Z`) - moment) / MINUTE);
  const two = (value: number): string => String(Math.trunc(value)).padStart(2, '0');
  return `${wall}${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

/** What the days, hours and so on of the rules are: read off the clock that the backup was taken by. */
const PERIODS: Readonly<Record<Exclude<keyof Retention, 'last'>, (time: string) => string>> = {
  hourly: (time) => time.slice(0, 13),
  daily: (time) => time.slice(0, 10),
  weekly: isoWeek,
  monthly: (time) => time.slice(0, 7),
  yearly: (time) => time.slice(0, 4),
};

/** A week belongs to the year that its Thursday is in. */
function isoWeek(time: string): string {
  const day = new Date(`${time.slice(0, 10)}T00:00:00Z`);
  const thursday = new Date(day.getTime() + (4 - (day.getUTCDay() || 7)) * DAY);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return `${thursday.getUTCFullYear()}-${Math.floor((thursday.getTime() - first) / (7 * DAY)) + 1}`;
}

interface Kept {
  readonly times: readonly string[];
  /** Whether a rule would have kept more, were there more. */
  readonly hasRoom: boolean;
}

/** The reference: the newest backup of each of the newest so many hours, days and so on, and so many of the last. */
function expected(history: readonly string[], { last = 0, ...rules }: Retention): Kept {
  const newestFirst = [...history].sort((a, b) => Date.parse(b) - Date.parse(a));
  const keep = new Set(newestFirst.slice(0, last).map((_, index) => index));
  let hasRoom = false;
  for (const [rule, count] of Object.entries(rules)) {
    const seen = new Set<string>();
    newestFirst.forEach((time, index) => {
      const period = PERIODS[rule as keyof typeof PERIODS](time);
      if (!seen.has(period) && seen.size < count) {
        seen.add(period);
        keep.add(index);
      }
    });
    if (seen.size < count) hasRoom = true;
  }
  return { times: newestFirst.filter((_, index) => keep.has(index)), hasRoom };
}

const moments = (start: string, count: number, step: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => Date.parse(start) + index * step);

/** Years of backups, each by the clock of a place. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  'one each day for five years, two leap days among them': moments('2024-01-01T03:00Z', 1827, DAY).map((moment) =>
    clock(moment, 'UTC'),
  ),
  'one each night for two years, by a clock with summer time': moments('2025-01-01T01:30Z', 730, DAY).map((moment) =>
    clock(moment, 'Europe/Berlin'),
  ),
  'one each hour, over the end and the beginning of summer time': [
    ...moments('2026-10-20T00:10Z', 240, HOUR),
    ...moments('2027-03-24T00:10Z', 240, HOUR),
  ].map((moment) => clock(moment, 'Europe/Berlin')),
  'one each half hour where summer time shifts by half an hour': moments('2026-04-03T00:00Z', 240, HOUR / 2).map(
    (moment) => clock(moment, 'Australia/Lord_Howe'),
  ),
  'weeks that belong to the year before or after': moments('2020-12-20T12:00Z', 60, DAY / 2).map((moment) =>
    clock(moment, 'UTC'),
  ),
  'two months off, then again': [...moments('2026-01-01T03:00Z', 40, DAY), ...moments('2026-04-11T03:00Z', 9, DAY)].map(
    (moment) => clock(moment, 'UTC'),
  ),
  'a clock that was years ahead for two backups': [
    ...moments('2026-05-01T03:00Z', 20, DAY),
    ...moments('2036-05-21T03:00Z', 2, DAY),
    ...moments('2026-05-23T03:00Z', 20, DAY),
  ].map((moment) => clock(moment, 'UTC')),
  'a clock that was put back and took backups of the same days again': [
    ...moments('2026-05-01T03:00Z', 20, DAY),
    ...moments('2026-05-11T04:00Z', 20, DAY),
  ].map((moment) => clock(moment, 'UTC')),
  'only one': ['2020-02-29T03:00:00+00:00'],
};

const randomHistory = fc
  .record({
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe'),
    start: fc.integer({ min: Date.UTC(2015, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 }),
    steps: fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 60, max: 7200 }) },
        { weight: 6, arbitrary: fc.integer({ min: 80_000, max: 90_000 }) },
        { weight: 2, arbitrary: fc.integer({ min: 86_400, max: 90 * 86_400 }) },
        { weight: 1, arbitrary: fc.integer({ min: -40 * 86_400, max: -1 }) },
      ),
      { maxLength: 150 },
    ),
  })
  .map(({ zone, start, steps }) => {
    let now = start;
    return [start, ...steps.map((step) => (now += step))].map((seconds) => clock(seconds * 1000, zone));
  });

const count = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });
const randomRules = fc
  .record({ last: count, hourly: count, daily: count, weekly: count, monthly: count, yearly: count })
  .map((rules) => Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined)) as Retention)
  .filter((rules) => Object.keys(rules).length > 0);

const SEED = FULL ? Date.now() % 2 ** 31 : 4711;
const sample = <T>(values: fc.Arbitrary<T>, numRuns: number): readonly T[] =>
  fc.sample(values, { numRuns, seed: SEED });

interface Group {
  readonly host: string;
  readonly tags: readonly string[];
  readonly keep: readonly { readonly time: string }[] | null;
  readonly remove: readonly { readonly time: string }[] | null;
}

const sorted = (times: readonly string[]): readonly string[] =>
  times.map((time) => new Date(time).toISOString()).sort();

/** What the dump job does after it saved. */
const FORGET = `
import sys
from backup import configuration, repository
from backup.processes import Deadline
place = repository.of(configuration.load())[0]
place.forget("dump", place.retention, sys.argv[1], Deadline(120))
`;

describeWith(['restic', 'python3'], 'what restic keeps under our rules', () => {
  const histories = [...Object.values(FIXED), ...sample(randomHistory, HISTORIES)];
  let directory: string;
  let key: MasterKey;

  function restic(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(requireProgram('restic'), ['--no-cache', ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 29,
      env: {
        ...process.env,
        RESTIC_REPOSITORY: path.join(directory, 'repository'),
        RESTIC_PASSWORD_FILE: path.join(directory, 'password'),
      },
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** As the backup program asks for it, besides that nothing is removed; each history has a host of its own. */
  function forget(rules: Retention, ...only: readonly string[]): readonly Group[] {
    const args = ['forget', '--dry-run', '--no-lock', '--json', ...only, '--group-by', 'host,tags'];
    return JSON.parse(restic(...args, ...retentionWords(rules))) as readonly Group[];
  }

  function compare(rules: Retention): readonly string[] {
    const groups = new Map(forget(rules, '--tag', 'dump').map((group) => [group.host, group]));
    return histories.flatMap((history, index) => {
      const kept = sorted((groups.get(`host-${index}`)?.keep ?? []).map(({ time }) => time));
      const { times, hasRoom } = expected(history, rules);
      const oldest = sorted(history)[0] ?? '';
      // Newer versions also keep the oldest backup while a rule has room for more.
      const accepted = [times, ...(hasRoom && !sorted(times).includes(oldest) ? [[...times, oldest]] : [])];
      if (accepted.some((one) => JSON.stringify(sorted(one)) === JSON.stringify(kept))) return [];
      return [`${JSON.stringify(rules)} of ${JSON.stringify(history)} kept ${kept.join(' ')}, not ${times.join(' ')}`];
    });
  }

  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'retention-'));
    writeFileSync(path.join(directory, 'password'), 'of a test');
    restic('init');
    key = JSON.parse(restic('cat', 'masterkey')) as MasterKey;
    histories.forEach((history, index) => {
      for (const time of history) {
        forge(path.join(directory, 'repository'), key, { time, hostname: `host-${index}`, tag: 'dump' });
      }
    });
    for (const [hostname, tag] of [
      ['host-0', 'base'],
      ['another', 'dump'],
    ] as const) {
      forge(path.join(directory, 'repository'), key, { time: '2001-01-01T00:00:00+00:00', hostname, tag });
    }
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('the model knows the weeks of ISO 8601', () => {
    const days = ['2020-12-31', '2021-01-03', '2021-01-04', '2024-12-30', '2026-12-31', '2027-01-01', '2016-01-03'];
    expect(days.map(isoWeek)).toEqual(['2020-53', '2020-53', '2021-1', '2025-1', '2026-53', '2026-53', '2015-53']);
  });

  test.each<Retention>([
    { last: 3, daily: 7, weekly: 4, monthly: 6 },
    { last: 24, daily: 7, weekly: 4, monthly: 12, yearly: 100 },
    { hourly: 48, yearly: 2 },
  ])('%j keeps exactly what the model says, over years', (rules) => {
    expect(compare(rules)).toEqual([]);
  });

  test('any rules keep exactly what the model says, and always the newest', () => {
    for (const rules of sample(randomRules, RULES)) {
      expect(compare(rules)).toEqual([]);
      for (const history of histories) {
        expect(sorted(expected(history, rules).times).at(-1)).toBe(sorted(history).at(-1));
      }
    }
  });

  test('what belongs to another host or is of another kind is not looked at', () => {
    const groups = forget({ last: 1 }, '--host', 'host-0', '--tag', 'dump');
    expect(groups.map(({ host, tags }) => [host, tags])).toEqual([['host-0', ['dump']]]);
    expect(groups[0]?.remove).toHaveLength(1826);
  });

  test('what was just saved stays, though a clock that was ahead made others seem newer', () => {
    const ahead = ['2099-01-01T03:00:00Z', '2099-01-02T03:00:00Z'];
    const [first, second, saved] = [...ahead, '2026-05-01T03:00:00Z'].map((time) =>
      forge(path.join(directory, 'repository'), key, { time, hostname: 'shop', tag: 'dump' }),
    );
    const names = [first, second].map((id) => id?.slice(0, 8)).join(' ');
    const place = {
      name: 'local',
      url: path.join(directory, 'repository'),
      password: path.join(directory, 'password'),
      secrets: {},
      options: [],
      retention: retentionWords({ last: 3 }),
    };
    const settings = path.join(directory, 'backup.json');
    writeFileSync(
      settings,
      JSON.stringify({ host: 'shop', jobs: {}, repositories: [place], drill: { assertions: [] } }),
    );
    const python = (...args: readonly string[]): string => {
      const env = {
        ...process.env,
        PYTHONPATH: path.join(ROOT, 'programs/backup'),
        PYTHONDONTWRITEBYTECODE: '1',
        BACKUP_CONFIGURATION: settings,
        BACKUP_STATE: path.join(directory, 'state'),
      };
      return spawnSync(requireProgram('python3'), args, { encoding: 'utf8', env }).stderr;
    };
    const said = python('-c', FORGET, saved ?? '');
    expect(said).toContain(
      'nothing is forgotten: those that claim to be newer are 2, from 2099-01-01T03:00:00 to 2099-01-02T03:00:00, so a ' +
        'clock was ahead. Set the clock right',
    );
    expect(said).toContain(`\`python3 -m backup restic local forget ${names}\``);
    python('-m', 'backup', 'restic', 'local', 'forget', ...names.split(' '));
    const left = JSON.parse(restic('snapshots', '--json', '--host', 'shop')) as readonly { readonly id: string }[];
    expect(left.map(({ id }) => id)).toEqual([saved]);
  });
});
