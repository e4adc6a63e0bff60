import * as path from 'node:path';
import type { App } from 'cdktf';
import {
  ApiService,
  Duration,
  EnvironmentStack,
  HealthCheck,
  Image,
  PostgresService,
  Secret,
  Size,
  WorkerService,
} from '../../../lib';
import type { Environment } from '../../../lib';
import type { Scenario } from '../support/scenario';

/** A repository outside of the official family. */
export const FOREIGN_IMAGE = 'registry.example/acme/database:18';

/** Programs of an image with an ENTRYPOINT and a CMD; all but one read a secret from a variable. */
export function addStarts(app: App, environment: Environment, { version = 'one two', fault }: Scenario): void {
  const stack = new EnvironmentStack(app, { system: 'mnemolite', environment });
  const image = Image.build(path.resolve('started'), { baseImages: { BASE: 'debian:13-slim' } });
  const command = [version, '${three}'];
  const token = new Secret(stack, 'Token');
  const asImage = new WorkerService(stack, 'AsImage', { image, replicas: 2 });
  const stated = new WorkerService(stack, 'Stated', { image, command });
  const entry = new WorkerService(stack, 'Entry', { image, entrypoint: ['sh', '/said.sh', 'stated'] });
  const api = new ApiService(stack, 'Api', {
    image,
    command,
    port: 8000,
    healthCheck: HealthCheck.command(['true']),
    migrations: { command: ['migrate'] },
  });
  for (const { workload } of [asImage, stated, entry, api]) workload.exportSecret('TOKEN', token);
  const plain = new WorkerService(stack, 'Plain', { image, command });
  plain.connectTo(addForeign(stack));
  if (fault === 'memory') {
    const entrypoint = ['sh', '-c', 'head -c 200m /dev/zero | tail'];
    // Without a check it would count as up on a busy machine, where it takes its memory slowly.
    const healthCheck = HealthCheck.command(['false'], { startPeriod: Duration.minutes(2) });
    new WorkerService(stack, 'Hungry', { image, entrypoint, healthCheck, memory: Size.mebibytes(16) });
  }
}

/** A server of an image that is not known, whose user is another one, with scripts of each kind for its first start. */
function addForeign(stack: EnvironmentStack): PostgresService {
  return new PostgresService(stack, 'Foreign', {
    image: Image.build(path.resolve('foreign'), { baseImages: { BASE: FOREIGN_IMAGE } }),
    majorVersion: 18,
    user: '1000:1000',
    distribution: 'debian',
    initScripts: path.resolve('initdb'),
  });
}
