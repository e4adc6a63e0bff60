import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ready } from './support/client';
import { must } from './support/command';
import { belongings, docker, theOnly } from './support/docker';
import { Project, TERRAFORM } from './support/project';
import { spellings, Traces } from './support/traces';

/** Each place that might quote or escape it differently would write it in another way. */
const PASSWORD = 'canary <&> "x" \'y\' 100% $HOME ${a} %{b} ü/+?#@:\\ end';
const NAME = 'postgres-api-password';
let project: Project;
let traces: Traces;

beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
  await project.ensure();
  project.secrets.set(NAME, PASSWORD);
  await project.deploy();
  const directory = project.path('.secrets', project.stack);
  const values = readdirSync(directory).map((name) => [name, readFileSync(join(directory, name))] as const);
  traces = new Traces(Object.fromEntries(values));
});

afterAll(async () => {
  // Only while nothing else went wrong: the next file then deploys it.
  project.secrets.rotate(NAME);
});

/** Everything that the engine tells about the stack, by where it tells it. */
async function told(): Promise<Record<string, string>> {
  const { containers, networks, volumes, images } = await belongings(project.stack);
  const logs = await Promise.all(containers.map((id) => must('sh', ['-c', `docker logs ${id} 2>&1`])));
  const histories = await Promise.all(images.map((image) => docker('history', '--no-trunc', image)));
  return {
    'inspect of containers': await docker('inspect', ...containers),
    'inspect of networks': await docker('network', 'inspect', ...networks),
    'inspect of volumes': await docker('volume', 'inspect', ...volumes),
    'inspect of images': await docker('image', 'inspect', ...images),
    logs: logs.join('\n'),
    'history of images': histories.join('\n'),
  };
}

async function tracesInEngine(): Promise<string[]> {
  return Object.entries(await told()).flatMap(([place, text]) => traces.in(text).map((found) => `${place}: ${found}`));
}

describe('A secret', () => {
  test('works, whatever signs are in it', async () => {
    await ready(project.http);
    const url = readFileSync(project.path('.secrets', project.stack, 'postgres-api-url'), 'utf8');
    expect(url).toContain(encodeURIComponent('"x"'));
  });

  test('is neither in what is synthesized, nor in a plan or the state', async () => {
    await project.plan('-out=canary.tfplan', '-replace=terraform_data.api-revision');
    const plan = join(project.output, 'canary.tfplan');
    const { stdout } = await project.terraform('show', '-json', 'canary.tfplan');
    expect(stdout).toContain('docker_container');
    expect(traces.in(stdout)).toEqual([]);
    expect(traces.inPlan(plan)).toEqual([]);
    rmSync(plan);
    expect(traces.below(project.path('cdktf.out'))).toEqual([]);
    expect(traces.below(project.path('state'))).toEqual([]);
  });

  test('is in nothing that the engine tells', async () => {
    expect(await tracesInEngine()).toEqual([]);
  });

  test('would be found in each of these places', async () => {
    const { hexadecimal, 'a part of a URL': url, 'Base64, 1 bytes in': base64 } = spellings(Buffer.from(PASSWORD));
    const planted = `${project.stack}-planted`;
    const image = `${project.stack}/planted:1`;
    // By its tag: BuildKit takes an id for the name of a repository.
    const { Image: id } = await theOnly(project.stack, 'api');
    const base = (await docker('image', 'inspect', id, '--format', '{{index .RepoTags 0}}')).trim();
    const dockerfile = `FROM ${base}\nLABEL planted=${String(hexadecimal)}\n`;
    try {
      await must('sh', ['-c', `printf '%s' '${dockerfile}' | docker build --tag ${image} -`]);
      await docker('network', 'create', '--label', `planted=${PASSWORD}`, planted);
      await docker('volume', 'create', '--label', `planted=${String(url)}`, planted);
      const run = ['run', '--name', planted, '--label', `docker-constructs.stack=${project.stack}`];
      const print = ['--entrypoint', 'python', image, '-c', `print("${String(url)}")`];
      await docker(...run, '--env', `X=${String(base64)}`, ...print);
      const found = (await tracesInEngine()).map((trace) => trace.replace(/:.*/, ''));
      expect([...new Set(found)].sort()).toEqual([
        'history of images',
        'inspect of containers',
        'inspect of images',
        'inspect of networks',
        'inspect of volumes',
        'logs',
      ]);
    } finally {
      await docker('rm', '--force', planted);
      await docker('volume', 'rm', '--force', planted);
      await docker('network', 'rm', '--force', planted);
      await docker('image', 'rm', '--force', image);
    }
  });

  test('would be found in a file, a state and a plan', async () => {
    const directory = project.path('planted');
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
    const resource = { terraform_data: { planted: { input: PASSWORD.replace(/([$%])\{/g, '$1$1{') } } };
    writeFileSync(join(directory, 'main.tf.json'), JSON.stringify({ resource }));
    const terraform = (...args: string[]): Promise<string> => must(TERRAFORM, args, { cwd: directory });
    await terraform('init', '-input=false');
    await terraform('plan', '-input=false', '-out=canary.tfplan');
    expect(traces.in(await terraform('show', '-json', 'canary.tfplan'))).not.toEqual([]);
    expect(traces.inPlan(join(directory, 'canary.tfplan'))).not.toEqual([]);
    rmSync(join(directory, 'main.tf.json'));
    expect(traces.below(directory)).toEqual([]);
    await terraform('apply', '-input=false', 'canary.tfplan');
    expect(traces.below(directory)).not.toEqual([]);
  });
});
