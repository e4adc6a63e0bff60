import { Duration, ProxyEngine, ReverseProxy } from '../../lib';
import type { CaddyOptions, ReverseProxyProps } from '../../lib';
import { refusal } from '../support/refusal';
import { api } from '../support/services';
import { block, container, synth, testStack } from '../support/stacks';
import type { Document } from '../support/stacks';

function served(options: CaddyOptions = {}, props: ReverseProxyProps = {}, replicas = 1): Document {
  const stack = testStack();
  const proxy = new ReverseProxy(stack, 'Proxy', { engine: ProxyEngine.caddy(options), ...props });
  proxy.addRoute(api(stack, { replicas }));
  return synth(stack);
}

function caddyfileOf(document: Document): string {
  const [first] = container(document, 'proxy-config').upload as [{ readonly content: string }];
  return first.content;
}

describe('Caddy as an engine', () => {
  test('is the default', () => {
    const stack = testStack();
    new ReverseProxy(stack, 'Proxy').addRoute(api(stack));
    expect(synth(stack)).toEqual(served());
  });

  test('lets the previous configuration go on for a second, or as stated, and a stop takes no longer', () => {
    const lines = (options: CaddyOptions, props: ReverseProxyProps = {}): readonly string[] =>
      caddyfileOf(served(options, props)).match(/(grace_period|shutdown_delay) .*/g) ?? [];
    expect(lines({})).toEqual(['grace_period 29s', 'shutdown_delay 1s']);
    expect(lines({ reloadDrain: Duration.seconds(5) })).toEqual(['grace_period 25s', 'shutdown_delay 5s']);
    expect(lines({ reloadDrain: Duration.seconds(0) })).toEqual(['grace_period 30s']);
    expect(lines({}, { stopGracePeriod: Duration.seconds(1) })).toEqual(['grace_period 1s', 'shutdown_delay 1s']);
  });

  test('keeps websockets for an hour after a reload, or as stated', () => {
    const delay = (options: CaddyOptions): string | undefined =>
      /stream_close_delay .*/.exec(caddyfileOf(served(options)))?.[0];
    expect(delay({})).toBe('stream_close_delay 1h0m0s');
    expect(delay({ streamCloseDelay: Duration.seconds(5) })).toBe('stream_close_delay 5s');
    expect(delay({ streamCloseDelay: Duration.seconds(0) })).toBeUndefined();
  });

  test('reloads by one command, and the kernel moves new connections to the new listener', () => {
    const document = served();
    expect(container(document, 'proxy').sysctls).toEqual({ 'net.ipv4.tcp_migrate_req': '1' });
    const [step] = block(document, 'terraform_data', 'proxy-config-reload').provisioner as [
      { readonly 'local-exec': { readonly command: string; readonly environment: { readonly GATE_EXEC: string } } },
    ];
    const { command, environment } = step['local-exec'];
    expect(command).not.toContain('--signal');
    expect(JSON.parse(environment.GATE_EXEC)).toEqual([
      ...['caddy', 'reload', '--config', '/etc/caddy/Caddyfile.next', '--adapter', 'caddyfile'],
      ...['--address', 'localhost:2019'],
    ]);
  });

  test('asks nothing of an older kernel', () => {
    expect(container(served({ migrateConnections: false }), 'proxy').sysctls).toBeUndefined();
  });

  test('refuses a drain that is longer than the gate waits, and an option that is misspelt', () => {
    expect(refusal(() => ProxyEngine.caddy({ reloadDrain: Duration.seconds(11) }))).toBe(
      '`reloadDrain` must be at most 10s, got 11s',
    );
    const misspelt: object = { reloaddrain: Duration.seconds(1) };
    expect(refusal(() => ProxyEngine.caddy(misspelt))).toBe('"reloaddrain" is not an option; write `reloadDrain`');
  });

  test('needs no reload for another number of containers', () => {
    expect(caddyfileOf(served({}, {}, 3))).toBe(caddyfileOf(served({}, {}, 1)));
  });
});
