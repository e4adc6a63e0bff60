import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { belongings, docker, running } from './support/docker';
import { expectEmptyPlan, Project } from './support/project';

/** Says what it was started with; a migration ends then. */
const SAID = `printf '%s|' "said" "$TOKEN" "$@"
printenv dotted.name
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

beforeAll(async () => {
  project = await Project.open('e2e-starts', { starts: true });
  project.secrets.create('token');
  token = readFileSync(project.path('.secrets', project.stack, 'token'), 'utf8');
  write('by default');
  await project.deploy();
});
afterAll(() => project.destroy());

describe('A program of an image with an ENTRYPOINT and a CMD', () => {
  test('starts as Docker would start it, with an exported secret and without', async () => {
    expect(await said('as-image')).toEqual(Array(2).fill('said|TOKEN|of the image|by default|'));
    expect(await said('stated')).toEqual(['said|TOKEN|of the image|one two|${three}|a ${b}']);
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
    expect(carriers).toHaveLength(5);
    await docker('rm', ...carriers);
    await project.deploy();
    expect((await running(project.stack, 'as-image')).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
    await expectEmptyPlan(project);
  });

  test('is rolled out with a new command, and with the new CMD of its image', async () => {
    await project.deploy({ version: 'another' });
    expect(await said('stated')).toEqual(['said|TOKEN|of the image|another|${three}|a ${b}']);
    expect(await said('plain')).toEqual(['said||of the image|another|${three}|']);
    await expectEmptyPlan(project);
    write('by another default');
    await project.deploy({ version: 'another' });
    expect(await said('as-image')).toEqual(Array(2).fill('said|TOKEN|of the image|by another default|'));
    expect(await said('api-migration')).toEqual(['said|TOKEN|of the image|migrate|']);
    await expectEmptyPlan(project);
  });
});
