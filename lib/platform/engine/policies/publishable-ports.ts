import { quote } from '../../../values';
import type { Policy, TerraformValue } from '../../../model/stack/policy';

/** Network modes without published ports. The provider would replace such a container at every plan. */
const WITHOUT_PORTS = /^(?:host|none|container:.*)$/;

/** Requires a network mode that can publish ports for a container with published ports. */
export const publishablePorts: Policy = {
  name: 'publishable-ports',
  check: ({ resources }) =>
    resources
      .filter(({ type, attributes }) => type === 'docker_container' && attributes.ports !== undefined)
      .filter(({ attributes }) => WITHOUT_PORTS.test(text(attributes.network_mode)))
      .map(({ path, attributes }) => ({
        path,
        message:
          `\`ports\` with network mode ${quote(attributes.network_mode)}, which publishes none; ` +
          'drop one of the two overrides',
      })),
};

function text(value: TerraformValue): string {
  return typeof value === 'string' ? value : '';
}
