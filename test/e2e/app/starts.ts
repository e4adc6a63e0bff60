import * as path from 'node:path';
import type { App } from 'cdktf';
import { ApiService, EnvironmentStack, HealthCheck, Image, Secret, WorkerService } from '../../../lib';
import type { Environment } from '../../../lib';
import type { Scenario } from '../support/scenario';

/** Programs of an image with an ENTRYPOINT and a CMD; all but one read a secret from a variable. */
export function addStarts(app: App, environment: Environment, { version = 'one two' }: Scenario): void {
  const stack = new EnvironmentStack(app, { system: 'mnemolite', environment });
  const image = Image.build(path.resolve('started'), { baseImages: { BASE: 'debian:13-slim' } });
  const command = [version, '${three}'];
  const token = new Secret(stack, 'Token');
  const asImage = new WorkerService(stack, 'AsImage', { image, replicas: 2 });
  const stated = new WorkerService(stack, 'Stated', { image, command, environment: { 'dotted.name': 'a ${b}' } });
  const entry = new WorkerService(stack, 'Entry', { image, entrypoint: ['sh', '/said.sh', 'stated'] });
  const api = new ApiService(stack, 'Api', {
    image,
    command,
    port: 8000,
    healthCheck: HealthCheck.command(['true']),
    migrations: { command: ['migrate'] },
  });
  for (const { workload } of [asImage, stated, entry, api]) workload.exportSecret('TOKEN', token);
  new WorkerService(stack, 'Plain', { image, command });
}
