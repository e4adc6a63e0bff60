import { Engine, EnvironmentStack, HealthCheck, Image, WorkerService } from '../../../lib';
import { IMAGE, PROBE } from './plain';
import type { Program } from './plain';

/** Plain services, written with the library. */
export const program: Program = (app, count) => {
  const environment = { name: 'bench', platform: new Engine() };
  const stack = new EnvironmentStack(app, { system: 'plain', environment });
  const image = Image.of(IMAGE);
  const healthCheck = HealthCheck.command(PROBE);
  for (let index = 0; index < count; index += 1) {
    new WorkerService(stack, `Worker${index}`, {
      hostname: `worker-${index}`,
      image,
      healthCheck,
      environment: { INDEX: String(index) },
    });
  }
};
