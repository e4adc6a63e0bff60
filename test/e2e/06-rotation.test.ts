import { readFileSync } from 'node:fs';
import { store } from './support/client';
import { run } from './support/command';
import type { Finished } from './support/command';
import { theOnly } from './support/docker';
import { noteLoad } from './support/figures';
import { underLoad } from './support/load';
import { expectEmptyPlan, Project } from './support/project';

const PASSWORD = 'postgres-api-password';

let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
});

async function idOf(hostname: string): Promise<string> {
  return (await theOnly(project.stack, hostname)).Id;
}

/** Logs in over the network, as the API does, from inside the database's container. */
async function logIn(password: string): Promise<Finished> {
  const target = 'host=127.0.0.1 user=api dbname=mnemolite connect_timeout=5';
  const variable = ['--env', 'PGPASSWORD'];
  const command = ['psql', '--no-password', '--tuples-only', '--command', 'select current_user', target];
  return run('docker', ['exec', ...variable, await idOf('postgres'), ...command], {
    env: { ...process.env, PGPASSWORD: password },
  });
}

/** Address of a memory: whoever asks for it needs the database. */
async function memory(): Promise<string> {
  const { status, headers, body } = await store(project.http, 'remembered before the rotation', 3);
  if (status !== 201 || headers.location === undefined) throw new Error(`storing a memory: ${status} ${body}`);
  return headers.location;
}

describe('A rotated credential', () => {
  test('restarts its consumer only, loses no answer, and the old password is refused', async () => {
    await project.ensure({ version: 'rotation' });
    const path = await memory();
    const others = ['postgres', 'proxy'];
    const before = await Promise.all([...others, 'api'].map(idOf));
    const old = readFileSync(project.secrets.pathOf(PASSWORD), 'utf8');
    expect(await logIn(old)).toMatchObject({ status: 0 });

    project.secrets.rotate(PASSWORD);
    const [{ seconds }, report] = await underLoad({ port: project.http, path }, () =>
      project.deploy({ version: 'rotation' }),
    );
    noteLoad('a rotated password', report, seconds);

    expect(report.failures).toEqual([]);
    const after = await Promise.all([...others, 'api'].map(idOf));
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toBe(before[2]);
    const refused = await logIn(old);
    expect(refused.output).toContain('password authentication failed');
    expect(refused.status).not.toBe(0);
    expect(await logIn(readFileSync(project.secrets.pathOf(PASSWORD), 'utf8'))).toMatchObject({ status: 0 });
    await expectEmptyPlan(project);
  });
});
