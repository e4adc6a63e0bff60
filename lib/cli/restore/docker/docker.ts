import { spawn } from 'node:child_process';
import type { StdioOptions } from 'node:child_process';
import { ConfigurationError } from '../../../values';
import type { ProcessEnvironment } from '../../terraform/child-environment';
import { apiVersionProblem } from '../../engine/engine-api';
import type { EngineAddress } from '../../engine/engine-address';
import { interrupted } from './interruptible';

export interface DockerOptions {
  /** Content for the standard input. */
  readonly input?: Buffer;
  /** Takes each line of the standard error as it comes. */
  readonly progress?: (line: string) => void;
  /** Signal that ends the command early after an interruption. */
  readonly signal?: AbortSignal;
}

export interface DockerResult {
  readonly status: number;
  readonly output: string;
  /** The standard error, trimmed. */
  readonly errors: string;
}

/** The docker command for one engine. An interruption from the keyboard does not reach it, so that it can clean up. */
export class Docker {
  public constructor(
    address: EngineAddress,
    variables: ProcessEnvironment,
    private readonly env: ProcessEnvironment = { ...variables, ...addressVariables(address) },
  ) {}

  /**
   * Runs to the end, whatever the result.
   *
   * @throws ConfigurationError when there is no docker command, or it was interrupted
   */
  public try(args: readonly string[], { input, progress, signal }: DockerOptions = {}): Promise<DockerResult> {
    return new Promise((resolve, reject) => {
      const stdio: StdioOptions = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
      const child = spawn('docker', args, { env: this.env, stdio, signal, detached: process.platform !== 'win32' });
      const [output, errors] = [new Lines(undefined), new Lines(progress)];
      child.stdout?.setEncoding('utf8').on('data', (chunk: string) => output.add(chunk));
      child.stderr?.setEncoding('utf8').on('data', (chunk: string) => errors.add(chunk));
      child.on('error', (error) => reject(unusable(error)));
      child.on('close', (status) =>
        resolve({ status: status ?? 1, output: output.text.trim(), errors: errors.end().trim() }),
      );
      // Input that it does not read, because it refuses, is not our failure.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  }

  /**
   * Returns its output.
   *
   * @throws ConfigurationError with its message when it fails
   */
  public async run(args: readonly string[], options: DockerOptions = {}): Promise<string> {
    const { status, output, errors } = await this.try(args, options);
    if (status === 0) return output;
    const reason = apiVersionProblem(errors) || errors || output || `exit code ${status}`;
    throw new ConfigurationError(undefined, `docker ${args[0]}: ${reason}`);
  }

  /** Returns the lines of its output. */
  public async lines(args: readonly string[]): Promise<readonly string[]> {
    return (await this.run(args)).split('\n').filter((line) => line !== '');
  }

  /** Returns true if the engine has an object: `docker <kind> inspect`. */
  public async has(kind: 'volume' | 'network' | 'image', name: string): Promise<boolean> {
    const { status, errors } = await this.try([kind, 'inspect', '--format', '{{.Name}}', name].map(formatted(kind)));
    if (status === 0) return true;
    if (/no such|not found/i.test(errors)) return false;
    throw new ConfigurationError(undefined, `docker ${kind} inspect: ${apiVersionProblem(errors) || errors}`);
  }
}

/** Returns the field of a name; images have no field `Name`. */
function formatted(kind: string): (word: string) => string {
  return (word) => (kind === 'image' && word === '{{.Name}}' ? '{{.Id}}' : word);
}

/** Text that comes in pieces, and a consumer of its lines. */
class Lines {
  public text = '';
  private rest = '';

  public constructor(private readonly take: ((line: string) => void) | undefined) {}

  public add(chunk: string): void {
    this.text += chunk;
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    lines.forEach((line) => this.take?.(line));
  }

  public end(): string {
    if (this.rest !== '') this.take?.(this.rest);
    return this.text;
  }
}

/**
 * Returns the variables of an address. Terraform's variables do not name the stack's own engine, because the document
 * does.
 */
function addressVariables({ host, certificates }: EngineAddress): ProcessEnvironment {
  const tls = certificates === undefined ? {} : { DOCKER_CERT_PATH: certificates, DOCKER_TLS_VERIFY: '1' };
  return { DOCKER_HOST: host, DOCKER_CONTEXT: undefined, ...tls };
}

function unusable(error: NodeJS.ErrnoException): ConfigurationError {
  if (error.name === 'AbortError') return interrupted();
  if (error.code !== 'ENOENT') return new ConfigurationError(undefined, `docker: ${error.message}`);
  return new ConfigurationError(
    undefined,
    'there is no docker command, which a restore needs; install it: https://docs.docker.com/engine/install',
  );
}
