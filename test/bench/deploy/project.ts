import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { SecretStore } from '../../../lib/model/secrets/secret-store';
import { freePorts } from '../../support/free-ports';
import { must, node, ROOT, run, TS_NODE } from '../command';
import type { BenchEngine } from './engine';
import type { Variables } from './terraform';

const STACK = 'mnemolite-bench';
const SOURCE = path.join(ROOT, 'stacks/mnemolite');
/** Tags that keep the layers of the built images: every contestant finds them in the cache, and compose uses them. */
const BUILT = { api: 'bench-cache/api:1', db: 'bench-cache/db:1' };

/** A folder with everything that is deployed: our synthesized stacks, and the same systems by other means. */
export class Project {
  private constructor(
    public readonly directory: string,
    public readonly httpPort: number,
    private readonly postgresPort: number,
    private readonly engine: BenchEngine,
  ) {}

  public static async create(directory: string, engine: BenchEngine): Promise<Project> {
    const [http = 0, postgres = 0] = await freePorts(2);
    const project = new Project(directory, http, postgres, engine);
    await project.synthesize();
    project.copySecrets();
    for (const name of ['same-resources', 'fewest-resources', 'compose']) project.writeByHand(name);
    await project.build();
    return project;
  }

  /** Folder of a synthesized stack. */
  public stack(name: string): string {
    return path.join(this.directory, 'cdktf.out/stacks', name);
  }

  /** Folder of a hand-written configuration, one for each use, because each has a state of its own. */
  public byHand(name: string, use = name): string {
    const directory = path.join(this.directory, use);
    cpSync(path.join(__dirname, name), directory, { recursive: true });
    return directory;
  }

  public get variables(): Variables {
    const { python, postgres, caddy } = this.engine.images;
    return {
      http: this.httpPort,
      postgres: this.postgresPort,
      source_directory: SOURCE,
      secrets_directory: this.secrets,
      database_user: this.databaseUser,
      python_image: python,
      postgres_image: postgres,
      caddy_image: caddy,
    };
  }

  public get composeVariables(): Variables {
    return {
      HTTP_PORT: this.httpPort,
      POSTGRES_PORT: this.postgresPort,
      SOURCE_DIRECTORY: SOURCE,
      SECRETS_DIRECTORY: this.secrets,
      DATABASE_USER: this.databaseUser,
      API_IMAGE: BUILT.api,
      DB_IMAGE: BUILT.db,
      CADDY_IMAGE: this.engine.images.caddy,
      POSTGRES_ARGUMENTS: this.container('postgres').command.join(' '),
    };
  }

  /** Removes the images that were built ahead. */
  public async clean(): Promise<void> {
    await run('docker', ['image', 'rm', '--force', ...Object.values(BUILT)]);
  }

  private get databaseUser(): string {
    const name = 'DATABASE_USER=';
    return (
      this.container('api')
        .env.find((one) => one.startsWith(name))
        ?.slice(name.length) ?? ''
    );
  }

  private get secrets(): string {
    return path.join(this.directory, 'readable-secrets');
  }

  private async synthesize(): Promise<void> {
    const store = new SecretStore({ directory: path.join(this.directory, '.secrets', STACK) });
    store.create('postgres-api-password');
    const app = path.join(__dirname, 'app.ts');
    await node([TS_NODE, app, String(this.httpPort), String(this.postgresPort)], { cwd: this.directory });
  }

  /** Containers read them through bind mounts, which keep the owner and the mode of the host. */
  private copySecrets(): void {
    cpSync(path.join(this.directory, '.secrets', STACK), this.secrets, { recursive: true });
    chmodSync(this.secrets, 0o755);
    for (const name of ['postgres-api-password', 'postgres-api-url']) chmodSync(path.join(this.secrets, name), 0o644);
  }

  /** What the containers run is ours and not what is compared. */
  private writeByHand(name: string): void {
    const directory = this.byHand(name);
    cpSync(path.join(__dirname, 'Caddyfile'), path.join(directory, 'Caddyfile'));
    const { entrypoint: start, command } = this.container('postgres');
    const isHba = (word = ''): boolean => word.startsWith('hba_file=');
    const settings = command.filter((word, index) => !isHba(word) && !isHba(command[index + 1]));
    const files = {
      'start.sh': start[2],
      'role.sh': this.container('postgres-role-api').entrypoint[2],
      'retire.sh': this.container('postgres-retire-api').entrypoint[2],
      'pg_hba.conf': this.container('postgres-files').upload?.[0]?.content,
      'postgres-arguments.json': JSON.stringify(command),
      'postgres-settings.json': JSON.stringify(settings),
    };
    for (const [file, text] of Object.entries(files)) {
      if (text === undefined) throw new Error(`the stack has no text for ${file}`);
      writeFileSync(path.join(directory, file), text);
    }
  }

  private async build(): Promise<void> {
    const { python, postgres } = this.engine.images;
    const env = { DOCKER_BUILDKIT: '0' };
    const build = (tag: string, folder: string, argument: string): ReturnType<typeof must> =>
      must('docker', ['build', '--force-rm', '--tag', tag, '--build-arg', argument, path.join(SOURCE, folder)], {
        env,
      });
    await build(BUILT.db, 'db', `POSTGRES_IMAGE=${postgres}`);
    await build(BUILT.api, 'api', `PYTHON_IMAGE=${python}`);
  }

  private container(name: string): ContainerBlock {
    const text = readFileSync(path.join(this.stack(STACK), 'cdk.tf.json'), 'utf8');
    const document = JSON.parse(text) as { resource: { docker_container: Record<string, ContainerBlock> } };
    const block = document.resource.docker_container[name];
    if (block === undefined) throw new Error(`${STACK} has no container ${name}`);
    return block;
  }
}

/** What is read of a synthesized container. */
interface ContainerBlock {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly upload?: readonly { readonly content?: string }[];
}
