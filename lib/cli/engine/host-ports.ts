import { createServer } from 'node:net';
import { STACK_LABEL } from '../../model/stack/labels';
import type { ManifestService } from '../../model/stack/manifest';

/** A port that a stack publishes on its engine's host. */
export interface HostPort {
  readonly address: string;
  readonly port: number;
  /** Host name of the service that needs it. */
  readonly service: string;
}

/** A container in an engine's list, with the fields that matter here. */
export interface ListedContainer {
  readonly Names?: readonly string[];
  readonly Ports?: readonly { readonly PublicPort?: number; readonly Type?: string }[];
  readonly Labels?: Readonly<Record<string, string>>;
}

/** A port that another program holds. */
export interface TakenPort extends HostPort {
  readonly holder: string;
}

const PORT = /^(.*):(\d+)->\d+\/tcp$/;

/** Returns the TCP ports of a stack's services; a busy UDP port shows when its container starts. */
export function hostPorts(services: readonly ManifestService[]): readonly HostPort[] {
  return services.flatMap(({ hostname, ports }) =>
    ports.flatMap((text) => {
      const [, address, port] = PORT.exec(text) ?? [];
      return address === undefined ? [] : [{ address, port: Number(port), service: hostname }];
    }),
  );
}

/** Returns the busy ports, without those that the stack itself holds from an earlier deploy. */
export async function takenPorts(
  stack: string,
  wanted: readonly HostPort[],
  containers: readonly ListedContainer[],
  isFree: (port: HostPort) => Promise<boolean>,
): Promise<readonly TakenPort[]> {
  const taken = await Promise.all(
    wanted.map(async (port): Promise<readonly TakenPort[]> => {
      const holder = containers.find((container) => publishes(container, port.port));
      if (holder !== undefined && belongsTo(holder, stack)) return [];
      if (holder !== undefined)
        return [{ ...port, holder: `container ${holder.Names?.[0]?.replace(/^\//, '') ?? '?'}` }];
      return (await isFree(port)) ? [] : [{ ...port, holder: 'another program' }];
    }),
  );
  return taken.flat();
}

/** Returns true if a container belongs to a stack, from any checkout. */
export function belongsTo({ Labels: labels }: ListedContainer, stack: string): boolean {
  return labels?.[STACK_LABEL] === stack;
}

function publishes({ Ports: ports = [] }: ListedContainer, wanted: number): boolean {
  return ports.some(({ PublicPort: port, Type: type }) => port === wanted && type === 'tcp');
}

/**
 * Returns true if a program on this machine could listen on the port now. A port that needs more rights counts as free.
 */
export function isFreeHere({ address, port }: HostPort): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
