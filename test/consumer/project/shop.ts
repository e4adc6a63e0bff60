import { Construct } from 'constructs';
import {
  ApiService,
  Duration,
  Engine,
  Environment,
  EnvironmentStack,
  HealthCheck,
  Image,
  IRoutable,
  PostgresService,
  ReverseProxy,
  Size,
} from 'docker-constructs';

export const DEV: Environment = { name: 'dev', platform: new Engine() };

/** What somebody outside the library brings along: a capability as an object literal. */
const legacy: IRoutable = { toBackend: () => ({ upstreams: () => ['legacy.example:8080'] }) };

export class ShopStack extends EnvironmentStack {
  public constructor(scope: Construct, environment: Environment) {
    super(scope, { system: 'shop', environment, domain: 'shop.localhost' });
    const database = new PostgresService(this, 'Database', { settings: { max_connections: 50 } });
    const api = new ApiService(this, 'Api', {
      image: Image.of('registry.example/shop/api:1.4.2'),
      port: 8000,
      healthCheck: HealthCheck.http(
        { port: 8000, path: '/health', client: 'python' },
        { interval: Duration.seconds(5) },
      ),
      memory: Size.mebibytes(256),
    });
    api.connectTo(database);
    const proxy = new ReverseProxy(this, 'Proxy');
    proxy.addRoute(api);
    proxy.addRoute(legacy, { path: '/legacy/*' });
  }
}
