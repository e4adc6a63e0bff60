import type { ManifestService } from '../../model/stack/manifest';
import { STACK_LABEL } from '../../model/stack/labels';
import type { ListedContainer } from '../engine/host-ports';
import type { Found } from './rules';

/** Returns the option that publishes a taken port and, if the engine knows it, the holder of the port. */
export function portProblem({ match, subject, stack, containers }: Found): string {
  const { address = '', port = '' } = match.groups ?? {};
  const service = stack.manifest?.services.find(({ ports }) => ports.some((text) => text.includes(`:${port}->`)));
  return (
    `port ${port} of ${address} is taken by ${holderOf(port, containers)}. ${subject} publishes it by ${optionOf(service)}: ` +
    'give it another one there, or stop what has it.'
  );
}

function optionOf(service: ManifestService | undefined): string {
  if (service === undefined) return '`edge` or `expose` of the stack';
  if (service.networks.includes('edge')) return '`edge` of the stack';
  const logs = service.networks.includes('monitoring') ? ', or `logDriver` of its MonitoringStack' : '';
  return `\`expose.${service.hostname}\` of the stack${logs}`;
}

function holderOf(port: string, containers: readonly ListedContainer[]): string {
  const holder = containers.find(({ Ports: ports = [] }) => ports.some((one) => String(one.PublicPort) === port));
  if (holder === undefined) return `another program on the engine's host (there: ss -lntup 'sport = :${port}')`;
  const stack = holder.Labels?.[STACK_LABEL];
  const name = holder.Names?.[0]?.replace(/^\//, '') ?? '?';
  return `container ${name}${stack === undefined ? '' : ` of stack ${stack}`}`;
}
