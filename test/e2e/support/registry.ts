import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bcryptHash } from '../../../lib/model/secrets/secret-derivation';
import { freePorts } from '../../support/free-ports';

/** Whether the registry program of Debian's package docker-registry is here. */
export const HAS_REGISTRY = spawnSync('docker-registry', ['--version']).status === 0;

/** User and password that a closed registry asks for. */
export const USER = 'ci';
export const PASSWORD = 'not guessed';

/** A registry on 127.0.0.1. */
export class Registry {
  private constructor(
    public readonly address: string,
    private readonly child: ChildProcess,
  ) {}

  /**
   * Starts one.
   *
   * @param directory - folder for its settings and its images, which another one may have, too
   * @param isClosed - whether it asks for a user and a password
   */
  public static async start(directory: string, isClosed: boolean): Promise<Registry> {
    mkdirSync(directory, { recursive: true });
    const [port] = await freePorts(1);
    const address = `127.0.0.1:${port}`;
    const users = join(directory, 'users');
    writeFileSync(users, `${USER}:${bcryptHash('registry', Buffer.from(PASSWORD))}\n`);
    const settings = {
      version: 0.1,
      storage: { filesystem: { rootdirectory: join(directory, 'images') } },
      http: { addr: address },
      ...(isClosed ? { auth: { htpasswd: { realm: 'test', path: users } } } : {}),
    };
    // JSON is YAML.
    const file = join(directory, `${port}.yml`);
    writeFileSync(file, JSON.stringify(settings));
    const child = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
    while (!(await answers(address))) await sleep(50);
    return new Registry(address, child);
  }

  public async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}

async function answers(address: string): Promise<boolean> {
  return fetch(`http://${address}/v2/`).then(
    () => true,
    () => false,
  );
}
