import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, store } from './support/client';
import { run } from './support/command';
import type { Finished } from './support/command';
import { docker, theOnly } from './support/docker';
import { noteLoad } from './support/figures';
import { underLoad } from './support/load';
import { expectEmptyPlan, Project } from './support/project';

const PASSWORD = 'postgres-api-password';
const VERSION = { version: 'rotation' };

let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
});

async function idOf(hostname: string): Promise<string> {
  return (await theOnly(project.stack, hostname)).Id;
}

/** What a program needs to log in: the present value of the secret, and the login that the API is told. */
interface Credential {
  readonly user: string;
  readonly password: string;
}

async function credential(): Promise<Credential> {
  const variables = await docker('inspect', '--format', '{{range .Config.Env}}{{println .}}{{end}}', await idOf('api'));
  const user = /^DATABASE_USER=(.*)$/m.exec(variables)?.[1] ?? '';
  return { user, password: readFileSync(project.secrets.pathOf(PASSWORD), 'utf8') };
}

async function psql(options: readonly string[], target: string, password: string): Promise<Finished> {
  const command = ['psql', '--no-password', '--no-align', '--tuples-only', ...options, target];
  return run('docker', ['exec', '--env', 'PGPASSWORD', await idOf('postgres'), ...command], {
    env: { ...process.env, PGPASSWORD: password },
  });
}

/** Logs in over the network, as the API does, from inside the database's container. */
function logIn({ user, password }: Credential): Promise<Finished> {
  const target = `host=127.0.0.1 user=${user} dbname=mnemolite connect_timeout=5`;
  return psql(['--command', 'select current_user'], target, password);
}

/** Seconds until a login ends; 'never', or '' when it is gone. */
async function validFor(user: string): Promise<string> {
  const left = `case when rolvaliduntil = 'infinity' then 'never' else ceil(extract(epoch from rolvaliduntil - now()))::text end`;
  const sql = `select ${left} from pg_roles where rolname = '${user}'`;
  return (await psql(['--command', sql], 'user=postgres dbname=postgres', '')).output.trim();
}

/** Address of a memory: whoever asks for it needs the database. */
async function memory(): Promise<string> {
  const { status, headers, body } = await store(project.http, 'remembered before the rotation', 3);
  if (status !== 201 || headers.location === undefined) throw new Error(`storing a memory: ${status} ${body}`);
  return headers.location;
}

/** Requests at once, more than the API has connections open, twice a second while something else happens. */
async function inBursts<T>(path: string, work: () => Promise<T>): Promise<{ result: T; sent: number; bad: string[] }> {
  const bad: string[] = [];
  let [sent, done] = [0, false];
  const one = async (): Promise<void> => {
    sent += 1;
    const answer = await ask(project.http, path).catch((error: Error) => ({ status: 0, body: error.message }));
    if (answer.status !== 200) bad.push(`${answer.status} ${answer.body}`);
  };
  const bursts = (async () => {
    while (!done) await Promise.all([...Array.from({ length: 30 }, one), sleep(500)]);
  })();
  try {
    return { result: await work(), sent, bad };
  } finally {
    done = true;
    await bursts;
  }
}

/** It may open sessions for a minute and the 30 seconds in which the API's old containers may stop. */
async function expectRetired(user: string): Promise<void> {
  const seconds = Number(await validFor(user));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(90);
}

describe('A rotated credential', () => {
  test('restarts its consumer only, refuses nobody, not even bursts, and the old login ends a minute later', async () => {
    await project.ensure(VERSION);
    const path = await memory();
    const others = ['postgres', 'proxy'];
    const before = await Promise.all([...others, 'api'].map(idOf));
    const old = await credential();
    expect(await logIn(old)).toMatchObject({ status: 0 });

    project.secrets.rotate(PASSWORD);
    const { result, sent, bad } = await inBursts(path, () =>
      underLoad({ port: project.http, path }, () => project.deploy(VERSION)),
    );
    const [{ seconds }, report] = result;
    noteLoad(`a rotated password, with ${sent} more requests in bursts of 30`, report, seconds);

    expect(report.failures).toEqual([]);
    expect(bad).toEqual([]);
    const after = await Promise.all([...others, 'api'].map(idOf));
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toBe(before[2]);
    const next = await credential();
    expect(next.user).not.toBe(old.user);
    expect(await logIn(next)).toMatchObject({ status: 0 });
    expect(await validFor(next.user)).toBe('never');
    await expectRetired(old.user);
    await expectEmptyPlan(project);
  });

  test('whose rollout fails leaves the old version its login, for good, and works when the version is repaired', async () => {
    await project.ensure(VERSION);
    const path = await memory();
    const old = await credential();
    project.secrets.rotate(PASSWORD);
    const { result, bad } = await inBursts(path, () => project.tryDeploy({ ...VERSION, fault: 'never-healthy' }));
    expect(result.status).not.toBe(0);
    expect(bad).toEqual([]);
    expect(await validFor(old.user)).toBe('never');
    expect(await logIn(old)).toMatchObject({ status: 0 });

    const repaired = await inBursts(path, () => project.deploy(VERSION));
    expect(repaired.bad).toEqual([]);
    expect((await credential()).user).not.toBe(old.user);
    await expectRetired(old.user);
  });
});
