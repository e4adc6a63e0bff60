import { randomBytes } from 'node:crypto';
import { nameOf } from './containers';
import type { Options } from './arguments';
import type { Containers } from './containers';

// A pending handover is marked in the name of the preparation, where each later apply finds it: the name differs from
// that in Terraform's state.

const OPEN = /-open-[0-9a-f]{6}$/;

/**
 * Marks a handover as pending from here on.
 * @returns exit code
 */
export async function openHandover(
  containers: Containers,
  { container: id, names: [name = ''] }: Options,
): Promise<number> {
  const preparation = await containers.inspect(id);
  // The preparation is made again if it was removed, and has another name if it is marked already.
  if (preparation === undefined || nameOf(preparation) !== name) return 0;
  await containers.rename(id, `${name.replace(OPEN, '')}-open-${randomBytes(3).toString('hex')}`);
  return 0;
}

/**
 * Takes marks away.
 * @returns exit code
 */
export async function closeHandovers(containers: Containers, { containers: ids, names }: Options): Promise<number> {
  await Promise.all(ids.map((id, index) => closeHandover(containers, id, names[index])));
  return 0;
}

/** Without a mark taken away the next apply hands over again, which stops nothing. */
export async function closeHandover(containers: Containers, id: string, name: string | undefined): Promise<void> {
  const preparation = await containers.inspect(id);
  if (preparation === undefined || name === undefined || nameOf(preparation) === name) return;
  await containers.rename(id, name);
}
