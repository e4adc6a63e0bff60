import { Network as DockerNetwork } from '@cdktf/provider-docker/lib/network';
import { Engine, PostgresService, Tier } from '../../../lib';
import type { EnvironmentStack, EnvironmentStackProps } from '../../../lib';
import { stackContext } from '../../../lib/model/stack/stack-context';
import { block, synth, testStack } from '../../support/stacks';
import type { Block } from '../../support/stacks';
import { api } from '../../support/services';

function shop(props: Partial<EnvironmentStackProps> = {}, isolatedGateways = false): EnvironmentStack {
  const stack = testStack({ platform: new Engine({ isolatedGateways }), expose: { api: 8000 } }, props);
  api(stack).connectTo(new PostgresService(stack, 'Postgres'));
  return stack;
}

const resource = (stack: EnvironmentStack, tier: Tier): DockerNetwork =>
  stackContext(stack).network(tier).node.findChild('Resource') as DockerNetwork;
const network = (stack: EnvironmentStack, tier: Tier): Block => block(synth(stack), 'docker_network', tier);

describe('A network', () => {
  test('is called after its stack and tier', () => {
    expect(network(shop(), Tier.APP)).toMatchObject({ name: 'shop-test-app', internal: false });
    expect(network(shop(), Tier.DATA)).toMatchObject({ name: 'shop-test-data', internal: true });
  });

  test('has another name for each set of overridden settings, so that it can be replaced', () => {
    const names = ['1400', '1450', '1400'].map((mtu) => {
      const stack = shop();
      resource(stack, Tier.APP).addOverride('options', { 'com.docker.network.driver.mtu': mtu });
      return network(stack, Tier.APP).name;
    });
    expect(names[0]).toMatch(/^shop-test-app-[0-9a-f]{6}$/);
    expect(names[1]).toMatch(/^shop-test-app-[0-9a-f]{6}$/);
    expect(names[1]).not.toBe(names[0]);
    expect(names[2]).toBe(names[0]);
  });

  test('keeps a name that an override gives it', () => {
    const stack = shop();
    resource(stack, Tier.APP).addOverride('name', 'mine');
    resource(stack, Tier.APP).addOverride('internal', true);
    expect(network(stack, Tier.APP).name).toBe('mine');
  });

  test('keeps its name where an override says nothing about the network itself', () => {
    const stack = shop();
    resource(stack, Tier.APP).addOverride('lifecycle.prevent_destroy', true);
    expect(network(stack, Tier.APP).name).toBe('shop-test-app');
  });
});

describe('With isolated gateways', () => {
  test('internal networks have no address of the host, and others keep theirs', () => {
    const stack = shop({}, true);
    expect(network(stack, Tier.DATA)).toMatchObject({
      name: expect.stringMatching(/^shop-test-data-[0-9a-f]{6}$/) as unknown,
      options: {
        'com.docker.network.bridge.gateway_mode_ipv4': 'isolated',
        'com.docker.network.bridge.gateway_mode_ipv6': 'isolated',
      },
    });
    expect(network(shop({}, true), Tier.APP)).toEqual(network(shop(), Tier.APP));
  });

  test('a restore finds the network by the name that it has on the host', () => {
    const stack = shop({}, true);
    expect(stackContext(stack).network(Tier.DATA).name).toBe(network(shop({}, true), Tier.DATA).name);
  });
});

describe('Without egress', () => {
  test('the network of the app tier is internal, and an exposed service keeps its port', () => {
    const stack = shop({ egress: false });
    const document = synth(stack);
    expect(block(document, 'docker_network', 'app')).toMatchObject({
      internal: true,
      name: expect.stringMatching(/^shop-test-app-[0-9a-f]{6}$/) as unknown,
    });
    expect(block(document, 'docker_network', 'access')).toMatchObject({ internal: false, name: 'shop-test-access' });
  });
});
