import { must } from './command';

/** What the tests read of `docker inspect`. */
export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  /** Id of its image. */
  readonly Image: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Running: boolean;
    readonly Pid: number;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly Mounts: readonly { readonly Name?: string; readonly Destination: string }[];
}

const STACK = 'docker-constructs.stack';
const WORKLOAD = 'docker-constructs.workload';

export function docker(...args: readonly string[]): Promise<string> {
  return must('docker', args);
}

async function lines(...args: readonly string[]): Promise<string[]> {
  return (await docker(...args)).split('\n').filter(Boolean);
}

/** Everything on the engine that belongs to a stack: containers by label, the rest by the names it is given. */
export interface Belongings {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly images: readonly string[];
}

export async function belongings(stack: string): Promise<Belongings> {
  const [labelled, named, networks, volumes, images] = await Promise.all([
    lines('ps', '--all', '--no-trunc', '--quiet', '--filter', `label=${STACK}=${stack}`),
    lines('ps', '--all', '--no-trunc', '--quiet', '--filter', `name=^/?${stack}-`),
    lines('network', 'ls', '--format', '{{.Name}}', '--filter', `name=^${stack}-`),
    lines('volume', 'ls', '--format', '{{.Name}}', '--filter', `name=^${stack}-`),
    lines('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=${stack}/*`),
  ]);
  return { containers: [...new Set([...labelled, ...named])], networks, volumes, images };
}

/** Removes what a test left behind, but for some volumes. Only what carries the stack's label or name. */
export async function removeBelongings(stack: string, kept = /$^/): Promise<void> {
  const { containers, networks, images, volumes: all } = await belongings(stack);
  const volumes = all.filter((name) => !kept.test(name));
  if (containers.length > 0) await docker('rm', '--force', ...containers);
  if (networks.length > 0) await docker('network', 'rm', ...networks);
  if (volumes.length > 0) await docker('volume', 'rm', ...volumes);
  if (images.length > 0) await docker('image', 'rm', '--force', ...images);
}

export async function inspect(...names: readonly string[]): Promise<Inspected[]> {
  return names.length === 0 ? [] : (JSON.parse(await docker('inspect', ...names)) as Inspected[]);
}

/** Running containers of one service, whatever their revision. */
export async function running(stack: string, hostname: string): Promise<Inspected[]> {
  return inspect(...(await lines('ps', '--quiet', '--no-trunc', '--filter', `label=${WORKLOAD}=${stack}/${hostname}`)));
}

/** The only running container of a service; anything else is an error. */
export async function theOnly(stack: string, hostname: string): Promise<Inspected> {
  const found = await running(stack, hostname);
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new Error(`${found.length} containers of ${stack}/${hostname} run`);
  return first;
}
