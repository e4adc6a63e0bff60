import * as path from 'node:path';
import type { App } from 'cdktf';
import { ApiService, Engine, EnvironmentStack, HealthCheck, Image, WorkerService } from '../../../lib';
import type { Environment } from '../../../lib';
import type { Scenario } from '../support/scenario';

/** A small stack for a deploy that fails, or that needs a registry. */
export function addTrial(app: App, base: Environment, { trial = {} }: Scenario): void {
  const { image, port, registry } = trial;
  const platform = new Engine(registry === undefined ? {} : { registries: [{ address: registry }] });
  const stack = new EnvironmentStack(app, {
    system: 'mnemolite',
    environment: { ...base, platform },
    ...(port === undefined ? {} : { expose: { api: port } }),
  });
  new WorkerService(stack, 'Worker', {
    image:
      image === undefined
        ? Image.build(path.resolve('built'), { baseImages: { BASE: 'python:3.12-slim' } })
        : Image.of(image),
    command: ['sleep', '100000'],
  });
  if (port === undefined) return;
  new ApiService(stack, 'Api', {
    image: Image.of('python:3.12-slim'),
    port: 8000,
    command: ['python3', '-m', 'http.server', '8000', '--directory', '/tmp'],
    healthCheck: HealthCheck.http({ port: 8000, client: 'python' }),
  });
}
