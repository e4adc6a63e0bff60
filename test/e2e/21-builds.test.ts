import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { belongings, docker } from './support/docker';
import { run } from './support/command';
import { note } from './support/figures';
import { expectEmptyPlan, Project } from './support/project';

const NEXT = process.env.DOCKER_CONSTRUCTS_E2E_NEXT_PROVIDER ?? '';
const STORE = process.env.DOCKER_CONSTRUCTS_E2E_STORE ?? '';
const withNext = NEXT === '' ? test.skip : test;

/** The builder's cache takes no notice of a secret's value, so each run has steps of its own. */
const RUN = randomBytes(8).toString('hex');

const DOCKERFILE = `ARG BASE
FROM \${BASE} AS app
ENV RUN_OF_TEST=${RUN}
ARG GREETING
RUN echo "$GREETING" > /greeting
RUN --mount=type=cache,target=/kept echo run >> /kept/runs && wc -l < /kept/runs > /runs
RUN --mount=type=secret,id=file sha256sum < /run/secrets/file > /digests
RUN --mount=type=secret,id=variable sha256sum < /run/secrets/variable >> /digests
COPY . /source
FROM app AS complete
COPY --from=shared schema.json /schema.json
`;

const TOKEN = 'E2E_BUILD_TOKEN';
const SECRETS = { file: randomBytes(24).toString('hex'), variable: randomBytes(24).toString('hex') };
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function write(project: Project, files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(project.path(file)), { recursive: true });
    writeFileSync(project.path(file), content);
  }
}

async function open(name: string, provider?: string): Promise<Project> {
  const project = await Project.open(name, { builds: true, ...(provider === undefined ? {} : { provider }) });
  write(project, {
    'built/docker/Dockerfile.app': DOCKERFILE,
    'built/docker/Dockerfile.app.dockerignore': '*.log\n',
    'built/.dockerignore': 'kept.txt\n',
    'built/kept.txt': 'first',
    'built/noise.log': 'left out',
    'shared/schema.json': '{"version":1}',
    'tokens/my token': SECRETS.file,
  });
  return project;
}

interface Built {
  readonly container: string;
  readonly image: string;
  readonly name: string;
}

async function builtBy({ stack }: Project): Promise<Built> {
  const [container = ''] = (await docker('ps', '--quiet', '--filter', `name=^/?${stack}-worker`)).split('\n');
  const { images } = await belongings(stack);
  return {
    container,
    image: (await docker('inspect', '--format', '{{.Image}}', container)).trim(),
    name: images[0] ?? '',
  };
}

const read = async ({ container }: Built, file: string): Promise<string> =>
  (await docker('exec', container, 'cat', file)).trim();

/** Prints every file of all layers of an image, with its configuration and history. */
const UNPACK = `
rm -rf saved && mkdir saved && docker save "$1" | tar -x -C saved
find saved -type f -exec sh -c 'gzip -dc "$1" 2>/dev/null || cat "$1"' - {} ';'`;

/** How often each text occurs in the image. */
async function occurrences(project: Project, { name }: Built, texts: readonly string[]): Promise<readonly number[]> {
  const args = texts.flatMap((text) => ['-e', text]);
  const count = `(${UNPACK}) | (shift; grep -a -F -o "$@" || true)`;
  const found = await run('sh', ['-c', count, 'sh', name, ...args], { cwd: project.directory });
  return texts.map((text) => found.stdout.split('\n').filter((line) => line === text).length);
}

/** The state, and a saved plan with all that is in it. */
async function stateAndPlan(project: Project): Promise<string> {
  await project.terraform('plan', '-destroy', '-out=saved.plan', '-input=false');
  const plan = (await project.terraform('show', '-json', 'saved.plan')).output;
  return `${plan}\n${(await project.terraform('state', 'pull')).output}`;
}

const before = process.env[TOKEN];
beforeAll(() => (process.env[TOKEN] = SECRETS.variable));
afterAll(() => {
  if (before === undefined) delete process.env[TOKEN];
  else process.env[TOKEN] = before;
});

const providers = [
  ['the pinned provider', 'e2ebuild', undefined] as const,
  ...(NEXT === '' ? [] : [['the next provider', 'e2ebuildnext', NEXT] as const]),
];

describe.each(providers)('A build with %s', (_, name, provider) => {
  let project: Project;
  let first: Built;
  beforeAll(async () => {
    project = await open(name, provider);
    const { seconds } = await project.deploy();
    note(`deploy of one build, ${provider ?? 'pinned provider'}, ${STORE}`, { seconds: Number(seconds.toFixed(1)) });
    first = await builtBy(project);
  });
  afterAll(() => project.destroy());

  test('gets its arguments, stage, labels, secrets and a cache mount, and leaves an empty plan', async () => {
    expect(await read(first, '/greeting')).toBe('hello ${world}');
    expect(await read(first, '/digests')).toBe(
      [SECRETS.file, SECRETS.variable].map((secret) => `${digestOf(secret)}  -`).join('\n'),
    );
    expect(Number(await read(first, '/runs'))).toBeGreaterThan(0);
    const label = '{{index .Config.Labels "org.example.team"}}';
    expect((await docker('image', 'inspect', '--format', label, first.name)).trim()).toBe('memory, and more');
    await expectEmptyPlan(project);
  });

  test('obeys the ignore file of its Dockerfile, and not the one of the folder', async () => {
    const files = (await docker('exec', first.container, 'ls', '-A', '/source')).trim().split('\n').sort();
    expect(files).toEqual(['.dockerignore', 'docker', 'kept.txt']);
  });

  test('leaves no value of a secret in image, state or plan', async () => {
    const secrets = Object.values(SECRETS);
    const [digest, ...values] = await occurrences(project, first, [digestOf(SECRETS.file), ...secrets]);
    expect(digest).toBeGreaterThan(0);
    expect(values).toEqual([0, 0]);
    const text = await stateAndPlan(project);
    expect(text).toContain(TOKEN);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  test('is made anew for a changed file, and for no file that is left out', async () => {
    write(project, { 'built/noise.log': 'changed' });
    await project.deploy();
    expect(await builtBy(project)).toEqual(first);
    write(project, { 'built/kept.txt': 'second' });
    await project.deploy();
    const second = await builtBy(project);
    expect(await read(second, '/source/kept.txt')).toBe('second');
    expect([second.image === first.image, second.name === first.name]).toEqual([false, false]);
    await expectEmptyPlan(project);
  });
});

describe('A build that the next provider alone knows', () => {
  withNext('takes files of a named context, and is made anew when they change', async () => {
    const project = await open('e2ebuildctx', NEXT);
    await project.deploy({ buildContexts: true });
    const first = await builtBy(project);
    expect(await read(first, '/schema.json')).toBe('{"version":1}');
    write(project, { 'shared/schema.json': '{"version":2}' });
    await project.deploy({ buildContexts: true });
    const second = await builtBy(project);
    expect(await read(second, '/schema.json')).toBe('{"version":2}');
    await expectEmptyPlan(project);
    if (STORE === 'containerd') expect(readFileSync(project.path('cache/index.json'), 'utf8')).toContain('manifests');
    await project.destroy();
    expect(await belongings(project.stack)).toEqual({ containers: [], networks: [], volumes: [], images: [] });
  });
});
