import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { belongings, docker, running, theOnly } from './support/docker';
import { expectEmptyPlan, Project } from './support/project';

/** Says what it was started with; a migration ends then. */
const SAID = `printf '%s|' "said" "$TOKEN" "$@"
echo
[ "$2" = migrate ] || exec sleep 100000
`;

let project: Project;
let token: string;

function write(byDefault: string): void {
  mkdirSync(project.path('started'), { recursive: true });
  writeFileSync(project.path('started', 'said.sh'), SAID);
  writeFileSync(
    project.path('started', 'Dockerfile'),
    `ARG BASE\nFROM \${BASE}\nCOPY said.sh /said.sh\nENTRYPOINT ["sh", "/said.sh", "of the image"]\nCMD ["${byDefault}"]\n`,
  );
}

/** Words of each container of a service that is there, running or not. */
async function said(hostname: string): Promise<readonly string[]> {
  const filter = `label=docker-constructs.workload=${project.stack}/${hostname}`;
  const ids = (await docker('ps', '--all', '--quiet', '--filter', filter)).split('\n').filter(Boolean);
  const logs = await Promise.all(ids.map((id) => docker('logs', id)));
  return logs.map((log) => log.trim().replace(token, 'TOKEN'));
}

/** Files of the server that starts for the first time: a compressed script, and one for the shell. */
function writeServer(): void {
  for (const folder of ['foreign', 'initdb']) mkdirSync(project.path(folder), { recursive: true });
  const other =
    'usermod --uid 1000 postgres && groupmod --gid 1000 postgres && chown -R 1000:1000 /var/lib/postgresql /run/postgresql';
  writeFileSync(project.path('foreign', 'Dockerfile'), `ARG BASE\nFROM \${BASE}\nRUN ${other}\n`);
  const schema = "create table seed (row text); insert into seed values ('compressed')";
  writeFileSync(project.path('initdb', '01-schema.sql.gz'), gzipSync(schema));
  const insert = `psql --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" -c "insert into seed values ('shell')"`;
  writeFileSync(project.path('initdb', '02-rows.sh'), `#!/bin/sh\nset -eu\n${insert}\n`);
}

beforeAll(async () => {
  project = await Project.open('e2e-starts', { starts: true });
  project.secrets.create('token');
  token = readFileSync(project.path('.secrets', project.stack, 'token'), 'utf8');
  write('by default');
  writeServer();
  await project.deploy();
});
afterAll(() => project.destroy());

describe('A program of an image with an ENTRYPOINT and a CMD', () => {
  test('starts as Docker would start it, with an exported secret and without', async () => {
    expect(await said('as-image')).toEqual(Array(2).fill('said|TOKEN|of the image|by default|'));
    expect(await said('stated')).toEqual(['said|TOKEN|of the image|one two|${three}|']);
    expect(await said('entry')).toEqual(['said|TOKEN|stated|']);
    expect(await said('api')).toEqual(['said|TOKEN|of the image|one two|${three}|']);
    expect(await said('api-migration')).toEqual(['said|TOKEN|of the image|migrate|']);
    expect(await said('plain')).toEqual(['said||of the image|one two|${three}|']);
    await expectEmptyPlan(project);
  });

  test('goes on when the containers that carry its files were pruned', async () => {
    const before = await running(project.stack, 'as-image');
    const { containers } = await belongings(project.stack);
    const created = (await docker('ps', '--all', '--quiet', '--no-trunc', '--filter', 'status=created')).split('\n');
    const carriers = containers.filter((id) => created.includes(id));
    expect(carriers).toHaveLength(8);
    await docker('rm', ...carriers);
    await project.deploy();
    expect((await running(project.stack, 'as-image')).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
    await expectEmptyPlan(project);
  });

  test('is rolled out with a new command, and with the new CMD of its image', async () => {
    await project.deploy({ version: 'another' });
    expect(await said('stated')).toEqual(['said|TOKEN|of the image|another|${three}|']);
    expect(await said('plain')).toEqual(['said||of the image|another|${three}|']);
    await expectEmptyPlan(project);
    write('by another default');
    await project.deploy({ version: 'another' });
    expect(await said('as-image')).toEqual(Array(2).fill('said|TOKEN|of the image|by another default|'));
    expect(await said('api-migration')).toEqual(['said|TOKEN|of the image|migrate|']);
    await expectEmptyPlan(project);
  });
});

test('A server of an unknown image with a user of its own starts, and has run its compressed and its shell script', async () => {
  const { Id } = await theOnly(project.stack, 'foreign');
  expect((await docker('exec', Id, 'id', '-u')).trim()).toBe('1000');
  const ask = ['sh', '-c', `psql -U postgres -Atc "select string_agg(row, ' ') from seed" "$POSTGRES_DB"`];
  expect((await docker('exec', Id, ...ask)).trim()).toBe('compressed shell');
});

test('A program that needs more memory than it may have is named with the option to raise', async () => {
  const { status, output } = await project.tryDeploy({ version: 'another', fault: 'memory' });
  expect(status).toBe(1);
  expect(output).toMatch(/hungry-\w+ (?:ends again and again|is unhealthy)\./);
  expect(output).toContain('Exit code: 137 (it was killed).');
  expect(output).toContain(
    'It was killed because it needed more memory than it may have (16 MiB); state more `memory`.',
  );
});
