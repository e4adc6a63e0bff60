import * as path from 'node:path';
import type { App } from 'cdktf';
import { EnvironmentStack, Image, WorkerService } from '../../../lib';
import type { BuiltImageOptions, Environment } from '../../../lib';
import type { Scenario } from '../support/scenario';

/** A service whose image takes everything that a build can be given. */
export function addBuilds(app: App, environment: Environment, { buildContexts }: Scenario): void {
  const stack = new EnvironmentStack(app, { system: 'mnemolite', environment });
  const newer: BuiltImageOptions = {
    contexts: { shared: path.resolve('shared') },
    ...(process.env.DOCKER_CONSTRUCTS_E2E_STORE === 'containerd'
      ? { cacheTo: [{ directory: path.resolve('cache') }], cacheFrom: [{ directory: path.resolve('cache') }] }
      : {}),
  };
  const image = Image.build(path.resolve('built'), {
    dockerfile: 'docker/Dockerfile.app',
    baseImages: { BASE: 'python:3.12-slim' },
    args: { GREETING: 'hello ${world}' },
    target: buildContexts ? 'complete' : 'app',
    labels: { 'org.example.team': 'memory, and more' },
    secrets: { file: { file: path.resolve('tokens', 'my token') }, variable: { variable: 'E2E_BUILD_TOKEN' } },
    ...(buildContexts ? newer : {}),
  });
  new WorkerService(stack, 'Worker', { image, command: ['sleep', '100000'] });
}
