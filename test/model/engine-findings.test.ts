import { DataVolume, Engine, EnvironmentStack, ReverseProxy } from '../../lib';
import type { EnvironmentStackProps } from '../../lib';
import { refusal } from '../support/refusal';
import { api, worker } from '../support/services';
import { synth, testApp } from '../support/stacks';

type Where = Pick<EnvironmentStackProps, 'system' | 'environment' | 'edge'>;

/** What is refused of the second of two stacks of one program, each with a proxy. */
function refused(first: Where, second: Where): string {
  const app = testApp();
  const [, last] = [first, second].map((where) => {
    const stack = new EnvironmentStack(app, where);
    new ReverseProxy(stack, 'Proxy').addRoute(api(stack));
    return stack;
  });
  if (last === undefined) throw new Error('there is no second stack');
  return refusal(() => synth(last));
}

const at = (system: string, platform: Engine, address = '127.0.0.1', http = 80): Where => ({
  system,
  environment: { name: 'prod', platform },
  edge: { address, http },
});

describe('two stacks of a program', () => {
  const host = 'ssh://deploy@shop.example';
  const message = (address: string): string =>
    `[b-prod/Proxy] host port ${address}:80/tcp is taken by a-prod/Proxy, which runs on the same host; ` +
    'publish one of them on another port (`edge` or `expose` of the stack)';

  test('cannot publish one host port of one engine', () => {
    const engine = new Engine();
    expect(refused(at('a', engine), at('b', engine))).toBe(message('127.0.0.1'));
    expect(refused(at('a', engine, '*'), at('b', engine, '::1'))).toBe(message('::1'));
  });

  test('share an engine where both name its host', () => {
    expect(refused(at('a', new Engine({ host })), at('b', new Engine({ host })))).toBe(message('127.0.0.1'));
  });

  test.each<[string, Where, Where]>([
    ['engines of which nothing is said', at('a', new Engine()), at('b', new Engine())],
    ['two hosts', at('a', new Engine({ host })), at('b', new Engine({ host: 'ssh://deploy@other.example' }))],
  ])('have the same port on %s', (_, first, second) => {
    expect(refused(first, second)).toBe('nothing was refused');
  });

  test('have the same port on other addresses, and another port on the same', () => {
    const engine = new Engine();
    expect(refused(at('a', engine, '0.0.0.0'), at('b', engine, '::'))).toBe('nothing was refused');
    expect(refused(at('a', engine), at('b', engine, '127.0.0.1', 81))).toBe('nothing was refused');
  });

  test('cannot have one volume because their names run together', () => {
    const app = testApp();
    const platform = new Engine();
    const stackWith = (system: string, name: string, volume: string): EnvironmentStack => {
      const stack = new EnvironmentStack(app, { system, environment: { name, platform } });
      const service = worker(stack);
      new DataVolume(service, 'Data', { name: volume }).mountInto(service, '/data');
      return stack;
    };
    stackWith('shop', 'dev', 'x-data');
    expect(refusal(() => synth(stackWith('shop-dev', 'x', 'data')))).toContain(
      'name "volume shop-dev-x-data" is taken by shop-dev/Worker/Data/Volume, which runs on the same host',
    );
  });
});
