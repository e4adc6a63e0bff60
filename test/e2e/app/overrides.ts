import * as path from 'node:path';
import type { App } from 'cdktf';
import { ApiService, EnvironmentStack, HealthCheck, Image, ReverseProxy, Tier, WorkerService } from '../../../lib';
import type { Environment, Network, Service } from '../../../lib';
import { stackContext } from '../../../lib';
import type { Scenario } from '../support/scenario';

/** The code of docs/own-services.md, which the test has written into the project. */
interface PageCode {
  readonly OVERRIDES: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly override: (service: Service, overrides: Readonly<Record<string, unknown>>) => void;
  readonly overrideNetwork: (network: Network) => void;
}

/** One worker for each row of the page's table, and a proxy on all addresses. */
export function addOverrides(app: App, environment: Environment, { http }: Scenario): void {
  const { OVERRIDES, override, overrideNetwork } = require(path.resolve('overrides')) as PageCode;
  const stack = new EnvironmentStack(app, { system: 'mnemolite', environment, edge: { address: '*', http } });
  const image = Image.of('python:3.12-slim');
  for (const [name, overrides] of Object.entries(OVERRIDES)) {
    const id = name.charAt(0).toUpperCase() + name.slice(1);
    override(new WorkerService(stack, id, { image, command: ['sleep', '100000'] }), overrides);
  }
  const api = new ApiService(stack, 'Api', {
    image,
    port: 8000,
    command: ['python3', '-m', 'http.server', '8000', '--directory', '/tmp'],
    healthCheck: HealthCheck.http({ port: 8000, client: 'python' }),
  });
  new ReverseProxy(stack, 'Proxy').addRoute(api, { path: '/*' });
  overrideNetwork(stackContext(stack).network(Tier.APP));
}
