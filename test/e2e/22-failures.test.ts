import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { freePorts } from '../support/free-ports';
import { run } from './support/command';
import type { Finished } from './support/command';
import { docker } from './support/docker';
import { Project } from './support/project';
import { HAS_REGISTRY, PASSWORD, Registry, USER } from './support/registry';
import type { Trial } from './support/scenario';

/** Pulled by the stack, so that the engine has it. */
const IMAGE = 'python:3.12-slim';
const HELPER = 'docker-credential-e2e';

let project: Project;
let port: number;
beforeAll(async () => {
  project = await Project.open('e2e-failures', { trial: { image: IMAGE } });
  [port = 0] = await freePorts(1);
  await project.deploy();
});
afterAll(async () => {
  await project.synthesize();
  await project.destroy();
});

/** Deploys what must fail, and returns the reason that is said at the end. */
async function reasonOf(trial: Trial): Promise<string> {
  const { status, output } = await project.tryDeploy({ trial });
  expect(status).toBe(1);
  return output.slice(output.indexOf(`\ndeploy of ${project.stack} failed.\n`));
}

/** Name of the image that stands for IMAGE on this engine. */
async function imageOfWorker(): Promise<string> {
  const [id = ''] = (
    await docker('ps', '--quiet', '--filter', `label=docker-constructs.workload=${project.stack}/worker`)
  ).split('\n');
  return (await docker('inspect', '--format', '{{.Image}}', id)).trim();
}

describe('A deploy that fails says why in the words of the program', () => {
  test('for a build: the service, the last lines, and the command that repeats it', async () => {
    mkdirSync(project.path('built'), { recursive: true });
    const step = "RUN python3 -c 'print(6 * 7, chr(61))' && exit 3";
    writeFileSync(project.path('built/Dockerfile'), `ARG BASE\nFROM \${BASE}\n${step}\n`);
    const reason = await reasonOf({});
    expect(reason).toMatch(
      new RegExp(
        `^${project.stack}/Worker \\(docker_image\\.image-built-\\w+\\): the build of its image failed\\.`,
        'm',
      ),
    );
    expect(reason).toMatch(/^ {2}\S+ 42 =$/m);
    const [, command = ''] = /^To run it again: (docker build .*)$/m.exec(reason) ?? [];
    const again = await run('sh', ['-c', command], { cwd: project.directory });
    // One builder ends with the code of the step, the other one with 1.
    expect([again.status === 0, again.output]).toEqual([false, expect.stringContaining('42 =')]);
  });

  test('for a port that a container has: the container, and the option that publishes it', async () => {
    const publish = ['--publish', `127.0.0.1:${port}:1`];
    const holder = await docker('run', '--detach', ...publish, '--entrypoint=sleep', await imageOfWorker(), '1000');
    try {
      const name = (await docker('inspect', '--format', '{{slice .Name 1}}', holder.trim())).trim();
      expect(await reasonOf({ image: IMAGE, port })).toContain(
        `${project.stack}/Api (docker_container.api): port ${port} of 127.0.0.1 is taken by container ${name}. ` +
          `${project.stack}/Api publishes it by \`expose.api\` of the stack: `,
      );
    } finally {
      await docker('rm', '--force', holder.trim());
    }
  });

  test('for a port that another program has: how to find it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    try {
      expect(await reasonOf({ image: IMAGE, port })).toContain(
        `port ${port} of 127.0.0.1 is taken by another program on the engine's host (there: ss -lntup 'sport = :${port}')`,
      );
    } finally {
      server.close();
    }
    await project.deploy({ trial: { image: IMAGE, port } });
  });

  test('for a registry that cannot be reached: the image, and what the engine needs', async () => {
    const image = `127.0.0.1:${port + 1}/shop/worker:1`;
    expect(await reasonOf({ image })).toMatch(
      new RegExp(
        `^${project.stack}/Worker \\(docker_image\\.image-worker-\\w+\\): \`image\` ${image}: the engine cannot reach the registry: `,
        'm',
      ),
    );
  });
});

/** `test` where there is a registry; elsewhere the test is skipped, and the runner names it at the end. */
const withRegistry = HAS_REGISTRY ? test : test.skip;

describe('A registry', () => {
  let open: Registry | undefined;
  let closed: Registry | undefined;
  const name = (registry: Registry | undefined, tag: string): string => `${registry?.address}/shop/worker:${tag}`;

  beforeAll(async () => {
    if (!HAS_REGISTRY) return;
    open = await Registry.start(project.path('registry'), false);
    closed = await Registry.start(project.path('registry'), true);
    await docker('tag', await imageOfWorker(), name(open, '1'));
    await docker('push', '--quiet', name(open, '1'));
    await docker('image', 'rm', name(open, '1'));
  });
  afterAll(async () => {
    await open?.stop();
    await closed?.stop();
    if (HAS_REGISTRY) await run('docker', ['image', 'rm', '--force', name(closed, '1')]);
  });

  withRegistry('without the tag: the deploy names the image and says so', async () => {
    const image = name(open, '2');
    expect(await reasonOf({ image })).toContain(
      `\`image\` ${image}: the registry has no such tag. Correct \`image\`, or push it first. Try it: docker pull ${image}`,
    );
  });

  withRegistry('that asks for a login: the deploy names the option', async () => {
    const image = name(closed, '1');
    expect(await reasonOf({ image })).toContain(
      `\`image\` ${image}: the registry wants credentials, or refuses those it got. Name the registry in \`registries\` of the Engine`,
    );
  });

  /** Deploys with a home folder whose docker settings name the helper. */
  async function withHelper(trial: Trial, path: string): Promise<Finished> {
    const home = project.path('home');
    if (!existsSync(home)) {
      mkdirSync(`${home}/.docker`, { recursive: true });
      // Providers of the user lie there.
      symlinkSync(`${homedir()}/.terraform.d`, `${home}/.terraform.d`);
    }
    const settings = { credHelpers: { [closed?.address ?? '']: HELPER.replace('docker-credential-', '') } };
    writeFileSync(`${home}/.docker/config.json`, JSON.stringify(settings));
    return project.tryDeploy({ trial }, { ...process.env, HOME: home, PATH: path });
  }

  withRegistry('listed by its address is asked with the credential helper of the docker command', async () => {
    const trial = { image: name(closed, '1'), registry: closed?.address ?? '' };
    const missing = await withHelper(trial, process.env.PATH ?? '');
    expect([missing.status, missing.output]).toEqual([
      1,
      expect.stringContaining('`registries` of the Engine lists a registry by its address alone'),
    ]);
    const asked = project.path('asked');
    const answer = JSON.stringify({ ServerURL: '', Username: USER, Secret: PASSWORD });
    const script = `#!/bin/sh\nread -r server\necho "$1 $server" >>'${asked}'\nprintf %s '${answer}'\n`;
    mkdirSync(project.path('helpers'), { recursive: true });
    writeFileSync(project.path('helpers', HELPER), script, { mode: 0o755 });
    const { status, output } = await withHelper(trial, `${project.path('helpers')}:${process.env.PATH}`);
    expect([status, output]).toEqual([0, expect.stringContaining('Apply complete!')]);
    expect(new Set(readFileSync(asked, 'utf8').trim().split('\n'))).toEqual(new Set([`get ${closed?.address}`]));
    expect(output).not.toContain(PASSWORD);
  });
});
