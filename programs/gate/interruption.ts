import { Containers, revisionOf } from './containers';
import { Engine } from './engine';
import { bringBack } from './predecessor';
import { say } from './report';
import { markFailed, stopAndRemove } from './set-aside';
import { whenTerraformEnds } from './terraform';
import type { Options } from './arguments';

/** Milliseconds that an interrupted step may take to clean up. */
const LAST_MOMENTS = 2000;
/** Milliseconds for the same if no process waits for it. */
const ALL_THE_TIME = 300_000;

/**
 * Ends the program before its step is done, so that the next apply can start again. After a signal it marks the
 * container as failed, makes the next apply repeat a handover, and stops the container that was starting. If Terraform
 * itself is gone, it may have recorded the container as complete, or not at all: the container is removed.
 * @param engine - on which the command works; it comes to a halt
 */
export function endEarly(engine: Engine, options: Options): void {
  const end = (line: string, time: number, cleanUp: typeof setAside) => {
    if (engine.halted) return;
    engine.halt();
    say(line);
    setTimeout(() => process.exit(1), time);
    void cleanUp(new Containers(new Engine(engine.address, options.sshOptions)), options)
      .catch(() => undefined)
      .finally(() => process.exit(1));
  };
  // Without Terraform, its output has no reader.
  process.stdout.on('error', () => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => end('Interrupted.', LAST_MOMENTS, setAside));
  }
  whenTerraformEnds(() => end('Terraform was ended.', ALL_THE_TIME, takeBack));
}

async function setAside(containers: Containers, { container: id, containers: all, prepare }: Options) {
  // Others may be well; all are looked at again.
  if (all.length !== 1) return;
  const container = await containers.inspect(id);
  if (container !== undefined) await markFailed(containers, container);
  if (prepare !== undefined) await containers.remove(prepare);
  if (container !== undefined) await containers.stop(container);
}

async function takeBack(containers: Containers, { container: id, containers: all, prepare, predecessors }: Options) {
  if (all.length !== 1) return;
  const container = await containers.inspect(id);
  const revision = revisionOf(container);
  if (container !== undefined) await stopAndRemove(containers, container.Id);
  if (prepare !== undefined) await containers.remove(prepare);
  if (predecessors !== undefined) await bringBack(containers, predecessors, { id, revision });
}
