import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { caddyAnswers, proxyAlerts, renderCaddyfile } from '../../../lib/config';
import type { CaddyfileModel } from '../../../lib/config';
import { Duration } from '../../../lib/values';
import { ask, CaddyServer, untilCertified } from '../../support/caddy';
import { caddyfile, proxied, site } from '../../support/proxy-models';
import { freePorts } from '../../support/free-ports';
import { describeWith } from '../../support/programs';

const subject = { stack: 'shop-prod', job: 'proxy' };

describeWith('caddy', 'what Caddy counts, as the rules about it have it', () => {
  const caddy = new CaddyServer();
  let upstream: Server;
  let model: CaddyfileModel;

  const request = async (path: string, host = 'shop.test'): Promise<number> =>
    (await ask({ port: model.httpsPort, tls: true, host: 'shop.test', headers: { host }, path })).status;
  const lines = async (metric: string): Promise<readonly string[]> => {
    const { body } = await ask({ port: model.metrics?.port ?? 0, path: '/metrics' });
    return body.split('\n').filter((line) => line.startsWith(`${metric}{`) && line.includes('server="public"'));
  };
  const counts = async (): Promise<Readonly<Record<string, number>>> =>
    Object.fromEntries(
      (await lines('caddy_http_request_duration_seconds_count')).map((line) => [
        /code="(\d+)"/.exec(line)?.[1] ?? line,
        Number(line.split(' ').at(-1)),
      ]),
    );

  beforeAll(async () => {
    const [http = 0, https = 0, metrics = 0, admin = 0, open = 0, closed = 0] = await freePorts(6);
    upstream = createServer(({ url }, response) => {
      response.statusCode = url?.includes('fail') === true ? 500 : 200;
      response.end('x');
    }).listen(open, '127.0.0.1');
    const routes = [
      proxied('/*', `127.0.0.1:${open}`),
      proxied('/gone', `127.0.0.1:${closed}`, { tryDuration: undefined }),
    ];
    model = caddyfile([site(routes, { hosts: ['shop.test'] })], {
      adminAddress: `localhost:${admin}`,
      httpPort: http,
      httpsPort: https,
      publicHttpsPort: https,
      tls: { kind: 'internal' },
      redirectHttp: true,
      metrics: { port: metrics, path: '/metrics' },
    });
    await caddy.run(renderCaddyfile(model));
    await untilCertified(https, 'shop.test');
  });

  afterAll(async () => {
    await caddy.stop();
    upstream.closeAllConnections();
    upstream.close();
  });

  test('is each answer once, those of the proxy itself and those for nobody among them, and no redirect', async () => {
    for (const path of ['/', '/v1', '/fail', '/gone']) await request(path);
    await ask({ port: model.httpPort, host: 'shop.test' });
    expect(await request('/', 'shop.test:99')).toBe(200);
    expect(await counts()).toEqual({ 200: 3, 500: 1, 502: 1 });
  });

  test('are no series of what a client calls its host, of which there is no end', async () => {
    const before = (await lines('caddy_http_request_duration_seconds_bucket')).length;
    for (let port = 1; port <= 20; port++) await request('/', `shop.test:${port}`);
    expect((await lines('caddy_http_request_duration_seconds_bucket')).length).toBe(before);
  });

  test('is how long they take, by the steps that an objective may name', async () => {
    await request('/');
    const steps = (await lines('caddy_http_response_duration_seconds_bucket'))
      .filter((line) => line.includes('code="200"'))
      .map((line) => /le="([\d.]+)"/.exec(line)?.[1])
      .filter((step) => step !== undefined);
    expect(caddyAnswers('proxy').buckets.map((bucket) => bucket.toMillis() / 1000)).toEqual(steps.map(Number));
    for (const step of steps) {
      const threshold = Duration.millis(Number(step) * 1000);
      const [rule] = proxyAlerts(subject, caddyAnswers('proxy'), {
        availability: 0.9,
        latency: { target: 0.9, threshold },
      }).slice(-1);
      const [, pattern = ''] = /le=~"([^"]+)"/.exec(rule?.expr ?? '') ?? [];
      expect(steps.filter((one) => new RegExp(`^(?:${pattern})$`).test(one))).toEqual([step]);
    }
  });
});
