import { setTimeout as sleep } from 'node:timers/promises';
import { isEngineError } from './failure';
import type { Engine } from './engine';

const ATTEMPTS = 10;
/** Milliseconds between two attempts. */
const PAUSE = 200;

/**
 * Changes whether a container restarts. The engine refuses it for a moment when the container ends just then.
 */
export async function setRestartPolicy(engine: Engine, id: string, Name: 'always' | 'no'): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await engine.post(`/containers/${id}/update`, { json: { RestartPolicy: { Name } } });
      return;
    } catch (error) {
      const hasJustEnded = isEngineError(error) && /cannot update a stopped container/.test(error.message);
      if (!hasJustEnded || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE);
    }
  }
}
