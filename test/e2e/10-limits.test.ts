import { eventually, ready } from './support/client';
import { docker, inspect, theOnly } from './support/docker';
import { killProcesses } from './support/kill';
import { Project } from './support/project';

/** The default of each container. */
const LIMIT = 1024;
/** More than any limit here, and few enough for the host. */
const WANTED = 3000;

/** Forks until the kernel refuses, and says how often it could. Its process group ends with it. */
const BOMB = `
import os, signal
made = 0
try:
    while made < ${WANTED}:
        if os.fork() == 0: signal.pause(); os._exit(0)
        made += 1
    print("all", made)
except OSError as error: print(error.strerror, made)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.killpg(0, signal.SIGTERM)
`;
/** Limit of the control group, and processes in it, with either version of control groups. */
const CONTROL_GROUP = 'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null || true';

let project: Project;
const idOf = async (service: string): Promise<string> => (await theOnly(project.stack, service)).Id;
const inside = (id: string, ...args: readonly string[]): Promise<string> => docker('exec', id, ...args);

beforeAll(async () => {
  project = await Project.open('e2e-bounds', { kills: true });
  await project.deploy();
});
afterAll(() => project.destroy());

describe('A fork bomb', () => {
  test('ends at the limit of its container, and others notice nothing', async () => {
    const counter = await idOf('counter');
    const before = Number(await inside(counter, 'cat', '/data/count'));
    const [args, made] = (await inside(await idOf('api'), 'python3', '-c', BOMB)).trim().split(/ (?=\d+$)/);
    expect(args).toBe('Resource temporarily unavailable');
    expect(Number(made)).toBeLessThan(LIMIT);
    expect(Number(made)).toBeGreaterThan(LIMIT - 100);
    await ready(project.http);
    expect(Number(await inside(counter, 'cat', '/data/count'))).toBeGreaterThan(before);
  });

  test('finds the limit again after a kill of its container', async () => {
    const { Id, Image, State } = await theOnly(project.stack, 'api');
    await killProcesses(Image, State.Pid);
    await eventually(
      () => inspect(Id),
      ([after]) => after?.State.Running === true && after.State.StartedAt !== State.StartedAt,
      60,
    );
    expect((await inside(Id, 'sh', '-c', CONTROL_GROUP)).trim()).toBe(String(LIMIT));
  });
});
