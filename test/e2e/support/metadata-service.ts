import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { run, must } from './command';
import type { Target } from './reach';

/** Address under which clouds tell a machine's credentials. */
const ADDRESS = '169.254.169.254';
const HOST_SIDE = '169.254.169.253/30';
const PORT = 80;
const LISTEN = `require('node:net').createServer((socket) => socket.end()).listen(${PORT}, '0.0.0.0', () => console.log('listens'))`;

/** The rule of docs/security.md. */
const RULE = ['DOCKER-USER', '--destination', ADDRESS, '--jump', 'DROP'];

/** Stand-in for a cloud's metadata service. Its address is not one of this host, so containers reach it through the host. */
export class MetadataService {
  public readonly target: Target = { service: 'metadata', address: ADDRESS, port: PORT };
  private readonly namespace = `dce-${process.pid}`;
  private readonly link = `dcm${process.pid % 100_000}`;
  private listener: ChildProcess | undefined;

  /** Whether there can be one here, and whether the engine has the chain for rules of its users. */
  public static isPossible(): boolean {
    const chain = spawnSync('iptables', ['--wait', '--list-rules', 'DOCKER-USER']);
    const here = spawnSync('ip', ['-o', 'addr', 'show', 'to', ADDRESS], { encoding: 'utf8' });
    return process.getuid?.() === 0 && chain.status === 0 && here.status === 0 && here.stdout.trim() === '';
  }

  public async start(): Promise<void> {
    const { namespace, link } = this;
    const inside = ['-n', namespace];
    await must('ip', ['netns', 'add', namespace]);
    await must('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]);
    await must('ip', ['addr', 'add', HOST_SIDE, 'dev', link]);
    await must('ip', ['link', 'set', link, 'up']);
    await must('ip', [...inside, 'addr', 'add', `${ADDRESS}/30`, 'dev', 'eth0']);
    await must('ip', [...inside, 'link', 'set', 'eth0', 'up']);
    const listener = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', LISTEN], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.listener = listener;
    await new Promise((resolve) => listener.stdout.once('data', resolve));
  }

  public async block(): Promise<void> {
    await must('iptables', ['--wait', '--insert', ...RULE]);
  }

  /** The command of docs/security.md that tells whether the rule is there. */
  public async isBlocked(): Promise<boolean> {
    return (await run('iptables', ['--wait', '--check', ...RULE])).status === 0;
  }

  public async unblock(): Promise<void> {
    while (await this.isBlocked()) await must('iptables', ['--wait', '--delete', ...RULE]);
  }

  public async stop(): Promise<void> {
    await this.unblock();
    this.listener?.kill('SIGKILL');
    await run('ip', ['link', 'delete', this.link]);
    await run('ip', ['netns', 'delete', this.namespace]);
  }
}
