import { Duration, ReverseProxy, Tls } from '../../lib';
import type { EnvironmentStack, ProxyEngine, ProxyModel, ReverseProxyProps } from '../../lib';
import { recording } from '../support/recording-engine';
import { refusal } from '../support/refusal';
import { api } from '../support/services';
import { block, container, synth, testStack } from '../support/stacks';
import type { Document } from '../support/stacks';

function served(
  props: ReverseProxyProps = {},
  engine: Partial<ProxyEngine> = {},
): { readonly stack: EnvironmentStack; readonly proxy: ReverseProxy } {
  const stack = testStack();
  const proxy = new ReverseProxy(stack, 'Proxy', { engine: recording(engine).engine, ...props });
  proxy.addRoute(api(stack));
  return { stack, proxy };
}

describe('an engine', () => {
  test('that is not made by the library or by a record is refused', () => {
    const engine: object = { image: 'nginx' };
    expect(refusal(() => served({ engine: engine as ProxyEngine }))).toBe(
      '[shop-test/Proxy] `engine` must be written like ProxyEngine.caddy(), got an object',
    );
  });

  test('states the image, the user, the command and the directories of its container', () => {
    const document = synth(served({ tls: Tls.internal() }).stack);
    const { image, user, command, capabilities, volumes, tmpfs, sysctls } = container(document, 'proxy');
    expect({ image, user, command, capabilities, sysctls }).toEqual({
      image: '${docker_image.image-recorder-725112.image_id}',
      user: '101:102',
      command: ['recorder', '-f', '/etc/recorder/recorder.conf'],
      capabilities: { drop: ['ALL'] },
      sysctls: undefined,
    });
    expect((volumes as { readonly container_path: string }[]).map(({ container_path: at }) => at)).toEqual([
      '/var/lib/recorder',
      '/etc/recorder',
    ]);
    expect(Object.keys(tmpfs as object)).toEqual(['/run/recorder']);
  });

  test('that reloads by a signal checks the new file first, and gets the signal once it is in place', () => {
    const [command, exec] = reloadOf(synth(served().stack));
    expect(exec).toEqual(['recorder', '-t', '-f', '/etc/recorder/recorder.conf.next']);
    expect(command).toMatch(
      / --staged \/etc\/recorder\/recorder\.conf\.next --live \/etc\/recorder\/recorder\.conf --signal SIGHUP$/,
    );
  });

  test('that reloads by a command gets no signal', () => {
    const reload = { by: 'command', command: (file: string) => ['recorder', 'load', file] } as const;
    const [command, exec] = reloadOf(synth(served({}, { reload }).stack));
    expect(exec).toEqual(['recorder', 'load', '/etc/recorder/recorder.conf.next']);
    expect(command).not.toContain('--signal');
  });

  test.each([
    [{ by: 'reload' }, ['${docker_container.api.name} ${docker_container.api-2.name}']],
    [{ by: 'dns' }, ['api']],
    [
      { by: 'files', files: () => [{ fileName: 'upstreams', content: 'in a file' }] },
      ['${docker_container.api.name} ${docker_container.api-2.name}', 'in a file'],
    ],
  ] as const)('learns by %j of the containers of a service', (upstreams, contents) => {
    const render = ({ sites }: ProxyModel): string => {
      const told = sites[0]?.routes[0]?.upstreams ?? [];
      return 'hosts' in told ? told.hosts.join(' ') : 'no service';
    };
    const stack = testStack();
    const { engine } = recording({ upstreams, render });
    new ReverseProxy(stack, 'Proxy', { engine }).addRoute(api(stack, { replicas: 2 }));
    const { upload } = container(synth(stack), 'proxy-config') as {
      readonly upload: readonly { readonly content: string }[];
    };
    expect(upload.map(({ content }) => content)).toEqual(contents);
  });

  test('states how its answers are counted, by which alerts and panels ask', () => {
    const { proxy } = served({ objective: { latency: { target: 0.99, threshold: Duration.millis(300) } } });
    const exprs = proxy.toAlertRules().map(({ expr }) => expr);
    expect(exprs[0]).toContain('sum(rate(recorder_errors_total{job="proxy"}[5m])) / ');
    expect(exprs[1]).toContain('sum(rate(recorder_seconds_bucket{job="proxy",le="0.3"}[1h]))');
    expect(proxy.toDashboardSubjects().filter(({ kind }) => kind === 'answers')).toEqual([
      {
        kind: 'answers',
        variables: {
          service: 'proxy',
          requests: 'sum(rate(recorder_answers_total{job="proxy"}[$__rate_interval]))',
          errors: 'sum(rate(recorder_errors_total{job="proxy"}[$__rate_interval]))',
          durations: 'sum by (le) (rate(recorder_seconds_bucket{job="proxy"}[$__rate_interval]))',
        },
      },
    ]);
    expect(refusal(() => served({ objective: { latency: { target: 0.99, threshold: Duration.seconds(1) } } }))).toBe(
      '[shop-test/Proxy] `threshold` must be a time that the proxy counts by, got "1s"; it counts by 100ms, 300ms',
    );
  });

  test('states the fields of its log, and when a certificate should have been renewed', () => {
    const { proxy } = served({ tls: Tls.internal() });
    expect(proxy.toAccessLogs()).toEqual([
      {
        writer: 'proxy',
        fields: { route: 'router', service: 'backend', status: 'code', duration: 'seconds' },
        objectives: [],
      },
    ]);
    const [{ certificateLimits } = {}] = proxy.toProbes();
    expect([certificateLimits?.warning, certificateLimits?.critical].map(String)).toEqual(['48h0m0s', '24h0m0s']);
  });
});

/** Returns the command of the step that reloads, and what it runs in the container. */
function reloadOf(document: Document): readonly [command: string, exec: unknown] {
  const [step] = block(document, 'terraform_data', 'proxy-config-reload').provisioner as [
    { readonly 'local-exec': { readonly command: string; readonly environment: { readonly GATE_EXEC: string } } },
  ];
  const { command, environment } = step['local-exec'];
  return [command, JSON.parse(environment.GATE_EXEC)];
}
