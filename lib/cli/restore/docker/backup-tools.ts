import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { BackedServer, BackupMount, BackupPlace } from '../../../model/stack/backup-record';
import { ConfigurationError, quote } from '../../../values';
import { storeOf } from '../../secrets/secret-states';
import { privateArchive } from './archive';
import type { ArchivedFile } from './archive';
import { imageOf } from './images';
import { kindOf } from '../points/source-kind';
import { keyOf, titleOf } from '../context';
import type { Subject } from '../context';

/** Label of a container that restores, which prevents two restores at once. */
export const RESTORING_LABEL = 'docker-constructs.restoring';

/** Lifetime of a container whose command was killed; a week is longer than any restore. */
const LONGEST_SECONDS = 7 * 24 * 3600;

/** Directory of fetched files in the container. */
const SCRATCH = '/scratch';

export interface ToolsOptions {
  /** Volume to restore into; for a server, it is mounted where the server mounts its own. */
  readonly into?: string;
}

export interface LoaderOptions extends ToolsOptions {
  /** The running server's socket, to be mounted. */
  readonly socket?: BackedServer['socket'];
}

/** Settings of a container for a restore. */
interface ContainerParts {
  readonly network: 'none' | 'bridge';
  /** Arguments of `--mount`. */
  readonly mounts: readonly string[];
  readonly files: readonly ArchivedFile[];
}

/**
 * The backup program in a temporary container, which needs no running service of the stack. It can read one repository,
 * and has the secrets of that one. It runs no code that it fetches from there: a loader does.
 */
export class BackupTools {
  private constructor(
    private readonly subject: Subject,
    private readonly container: string,
    private readonly options: ToolsOptions,
  ) {}

  /** @throws ConfigurationError when the repository or its key is not here, or another restore runs */
  public static async open(subject: Subject, place: BackupPlace, options: ToolsOptions = {}): Promise<BackupTools> {
    await refuseSecond(subject);
    const files = filesOf(subject, place);
    const repository = subject.record.mounts.filter((mount) => mount.repository === place.name);
    for (const mount of repository) await refuseAbsent(subject, mount);
    const mounts = [`type=volume,dst=${SCRATCH}`, ...repository.map((mount) => `${mountText(mount)},readonly`)];
    const network = place.url.startsWith('/') ? 'none' : 'bridge';
    // A loader makes a server's data; here only the free space is checked.
    const isLookedAt = subject.record.kind === 'postgres' ? ',readonly' : '';
    const target = targetMounts(subject, options).map((mount) => `${mount}${isLookedAt}`);
    return BackupTools.start(subject, options, { network, mounts: [...mounts, ...target], files });
  }

  private static async start(
    subject: Subject,
    options: ToolsOptions,
    { files, ...parts }: ContainerParts,
  ): Promise<BackupTools> {
    const image = await imageOf(subject, subject.record.hostname);
    const id = await subject.docker.run(['create', ...createOptions(subject, parts), image, lifetime()]);
    const tools = new BackupTools(subject, id, options);
    try {
      await subject.docker.run(['cp', '-', `${id}:/`], {
        input: privateArchive(files, kindOf(subject.record).limits.user),
      });
      await subject.docker.run(['start', id]);
      return tools;
    } catch (error) {
      await tools.remove();
      throw error;
    }
  }

  /** Returns the answer of a command of the program, and prints its progress. */
  public async ask<T>(...args: readonly string[]): Promise<T> {
    const { docker, session, signal } = this.subject;
    const said: string[] = [];
    const progress = (line: string): void => void (SAID.test(line) ? said.push(line) : session.print(`  ${line}`));
    const { status, output, errors } = await docker.try(['exec', this.container, 'python3', '-m', 'backup', ...args], {
      progress,
      signal,
    });
    if (status === 0) return JSON.parse(output) as T;
    throw new ConfigurationError(undefined, said.map((line) => line.replace(SAID, '')).join('\n') || errors);
  }

  /**
   * Runs a command of the program on the fetched files, in a container without a repository, keys, other secrets and a
   * network. Functions of the database's writers run while it is loaded.
   */
  public async load<T>(args: readonly string[], options: LoaderOptions = this.options): Promise<T> {
    const { subject } = this;
    const { record } = subject;
    const settings = { ...record.settings, repositories: [], webhook: undefined, email: undefined };
    const { socket } = options;
    const mounts = [
      `type=volume,src=${await this.scratch()},dst=${SCRATCH}`,
      ...targetMounts(subject, options),
      ...(socket === undefined ? [] : [`type=volume,src=${socket.volume},dst=${socket.path}`]),
    ];
    const files = [{ path: record.file, content: Buffer.from(JSON.stringify(settings)) }];
    const loader = await BackupTools.start(subject, options, { network: 'none', mounts, files });
    try {
      return await loader.ask<T>(...args);
    } finally {
      await loader.remove();
    }
  }

  /** Returns the name of the volume with the fetched files. */
  private scratch(): Promise<string> {
    const format = `{{range .Mounts}}{{if eq .Destination "${SCRATCH}"}}{{.Name}}{{end}}{{end}}`;
    return this.subject.docker.run(['inspect', '--format', format, this.container]);
  }

  /** Removes the container with its volumes. */
  public async remove(): Promise<void> {
    await this.subject.docker.try(['rm', '--force', '--volumes', this.container]);
  }
}

/** Prefix of the program's errors. */
const SAID = /^backup: /;

const lifetime = (): string => String(LONGEST_SECONDS);

/** Runs a function with the tools, and cleans up whatever the result. */
export async function withTools<T>(
  subject: Subject,
  place: BackupPlace,
  options: ToolsOptions,
  act: (tools: BackupTools) => Promise<T>,
): Promise<T> {
  const tools = await BackupTools.open(subject, place, options);
  try {
    return await act(tools);
  } finally {
    await tools.remove();
  }
}

function createOptions(subject: Subject, { network, mounts }: Omit<ContainerParts, 'files'>): readonly string[] {
  const { user, capabilities, memory, shmSize, pids } = kindOf(subject.record).limits;
  return [
    ...['--rm', '--init', '--pull=never', `--label=${RESTORING_LABEL}=${keyOf(subject)}`, '--log-driver=none'],
    ...[`--user=${user}`, '--cap-drop=ALL', '--security-opt=no-new-privileges', `--memory=${memory}m`],
    `--pids-limit=${pids}`,
    ...capabilities.map((capability) => `--cap-add=${capability}`),
    ...(shmSize === undefined ? [] : [`--shm-size=${shmSize}m`]),
    ...['--tmpfs=/tmp:mode=1777', `--network=${network}`],
    ...mounts.map((mount) => `--mount=${mount}`),
    '--entrypoint=sleep',
  ];
}

function targetMounts({ record }: Subject, { into }: ToolsOptions): readonly string[] {
  return into === undefined ? [] : [`type=volume,src=${into},dst=${kindOf(record).mountPath}`];
}

function mountText({ kind, source, path }: BackupMount): string {
  return `type=${kind === 'volume' ? 'volume' : 'bind'},src=${source},dst=${path}`;
}

async function refuseSecond(subject: Subject): Promise<void> {
  const filter = `label=${RESTORING_LABEL}=${keyOf(subject)}`;
  const [other] = await subject.docker.lines(['ps', '--quiet', '--filter', filter]);
  if (other === undefined) return;
  throw new ConfigurationError(
    undefined,
    `${titleOf(subject)} is being restored already; wait for it, or if no such restore runs: docker rm --force ${other}`,
  );
}

async function refuseAbsent({ docker }: Subject, { kind, repository, source }: BackupMount): Promise<void> {
  if (kind === 'directory' || (await docker.has('volume', source))) return;
  throw new ConfigurationError(
    undefined,
    `repository ${quote(repository)} is the volume ${quote(source)}, which is not on this engine; name another one with --from`,
  );
}

/**
 * Refuses missing secrets of a repository. A generated value would not open it.
 *
 * @throws ConfigurationError for one that has no value
 */
export function refuseMissingKeys({ manifest, session }: Subject, place: BackupPlace): void {
  const store = storeOf(manifest);
  const names = secretsOf(place).map((path) => basename(path));
  store.decryptMissing(names);
  const name = names.find((one) => !store.has(one));
  if (name === undefined) return;
  throw new ConfigurationError(
    undefined,
    `repository ${quote(place.name)} does not open without its secret ${quote(name)}, which has no value here; ` +
      `bring it back: ${session.call('secrets')} ${manifest.stack} --set ${name}`,
  );
}

/** Returns the paths at which the program expects them. */
function secretsOf({ password, secrets, files }: BackupPlace): readonly string[] {
  return [password, ...Object.values(secrets), ...Object.values(files ?? {}).flatMap(({ secret }) => secret ?? [])];
}

/** Returns the settings with only this repository, and its secrets. */
function filesOf(subject: Subject, place: BackupPlace): readonly ArchivedFile[] {
  const { manifest, record } = subject;
  refuseMissingKeys(subject, place);
  const store = storeOf(manifest);
  const secrets = secretsOf(place).map((path) => ({ path, content: readFileSync(store.pathOf(basename(path))) }));
  const settings = { ...record.settings, repositories: [place], webhook: undefined, email: undefined };
  return [{ path: record.file, content: Buffer.from(JSON.stringify(settings)) }, ...secrets];
}
