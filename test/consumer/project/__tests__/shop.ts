import 'cdktf/lib/testing/adapters/jest';
import { Testing } from 'cdktf';
import { Container } from '@cdktf/provider-docker/lib/container';
import { DEV, ShopStack } from '../shop';

const synthesized = Testing.synth(new ShopStack(Testing.app(), DEV), true);

test('the shop holds containers with the limits it stated', () => {
  expect(synthesized).toHaveResourceWithProperties(Container, { memory: 256 });
});

test('the shop stays as it was reviewed', () => {
  expect(JSON.parse(synthesized)).toMatchSnapshot();
});
