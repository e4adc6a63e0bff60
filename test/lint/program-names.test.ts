import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/stacks';

/** Programs that the library runs or describes, each with the pattern of its name. */
const PROGRAMS: Readonly<Record<string, RegExp>> = Object.fromEntries(
  ['caddy', 'nginx', 'traefik', 'prometheus', 'alertmanager', 'alloy', 'loki', 'tempo', 'grafana', 'cadvisor']
    .concat(['blackbox', 'restic', 'barman', 'postgres'])
    .map((name) => [name, name === 'tempo' ? /tempo(?!r)/i : new RegExp(name, 'i')]),
);

/** Files that may name programs, each with the reason. A list names the only programs that the file may name. */
const EXCEPTIONS: Readonly<Record<string, readonly [reason: string, programs?: readonly string[]]>> = {
  'lib/index.ts': ['exports the public names'],
  'lib/config/index.ts': ['exports the folder of each program'],
  'lib/services/default-images.ts': ['is the table of images'],
  'lib/model/workload/spec-types.ts': ['shows an image that users know', ['nginx']],
  'lib/values/value-shapes.ts': ['shows an image that users know', ['nginx']],
  'lib/services/proxy/engines/index.ts': ['names the engines for users', ['caddy']],
  'lib/services/proxy/reverse-proxy.ts': ['composes the proxy: its default engine', ['caddy']],
};

/** Offenders that wait for a seam of their own, by program. Only take entries out of this file. */
const STILL_TO_MOVE = JSON.parse(readFileSync(join(__dirname, 'program-names.json'), 'utf8')) as Readonly<
  Record<string, readonly string[]>
>;

const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
  .map((name) => `lib/${name}`)
  .filter((name) => !name.includes('__pycache__') && statSync(join(ROOT, name)).isFile())
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

/** Whether a folder, or the file, has the name of the program. */
function isOwn(program: string, file: string): boolean {
  return new RegExp(`[/._-]${program}[/._-]`).test(file);
}

function isExcepted(program: string, file: string): boolean {
  const [, programs = [program]] = EXCEPTIONS[file] ?? ['', []];
  return programs.includes(program);
}

describe.each(Object.entries(PROGRAMS))('the name of %s', (program, pattern) => {
  test('stands only in a folder or a file of that name, or where a reason allows it', () => {
    const offenders = files.filter(({ name, text }) => pattern.test(text) && !isOwn(program, name));
    const found = offenders.map(({ name }) => name).filter((name) => !isExcepted(program, name));
    expect(found.sort()).toEqual(STILL_TO_MOVE[program] ?? []);
  });
});

test('each exception names a program', () => {
  const named = files.filter(({ text }) => Object.values(PROGRAMS).some((pattern) => pattern.test(text)));
  expect(named.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(EXCEPTIONS)));
});
