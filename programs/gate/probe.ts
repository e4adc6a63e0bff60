import { isEngineError, isFailure } from './failure';
import type { Check, Container, ContainerState } from './container';
import type { Containers } from './containers';

/**
 * Returns the command of a container's health check, as a command that can run in it.
 * @returns undefined if it has none
 */
export function checkCommand({ Config }: Container): readonly string[] | undefined {
  const [kind, ...args] = Config.Healthcheck?.Test ?? [];
  if (kind === 'CMD') return args;
  if (kind === 'CMD-SHELL') return [...(Config.Shell?.length ? Config.Shell : ['/bin/sh', '-c']), ...args];
  return undefined;
}

/**
 * Runs a container's health check earlier and more often than the engine, which starts with a pause of one interval.
 * One at a time: a check that hangs leaves the judgement to the engine, instead of filling the container with others.
 */
export class Probe {
  public last: Check | undefined;
  /** Its last end, where it starts again and again. */
  public end: ContainerState | undefined;
  private running: Promise<void> | undefined;

  /** @param deadline - time in milliseconds */
  public constructor(
    private readonly containers: Containers,
    public readonly id: string,
    public readonly deadline: number,
  ) {}

  public get succeeded(): boolean {
    return this.last?.ExitCode === 0;
  }

  /** Starts a check unless one runs; the promise ends with the check. */
  public start(command: readonly string[]): Promise<void> {
    this.running ??= this.check(command).finally(() => (this.running = undefined));
    return this.running;
  }

  private async check(command: readonly string[]): Promise<void> {
    try {
      this.last = await this.containers.exec(this.id, command, this.deadline - Date.now());
    } catch (error) {
      // The container is gone or about to restart, or the connection was cut: the check of its state will show it.
      if (!(isEngineError(error) || isFailure(error))) throw error;
    }
  }
}
