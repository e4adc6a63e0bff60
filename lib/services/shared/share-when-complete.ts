import { stackContext } from '../../model/stack/stack-context';
import type { Workload } from '../../model/workload/workload';

/** Gives one workload all that another is given until the program is complete, except what it already has. */
export function shareWhenComplete(from: Workload, to: Workload): void {
  const context = stackContext(from);
  // Runs after all other callbacks that add at completion.
  context.beforeRender(() => context.beforeRender(() => share(from, to)));
}

function share(from: Workload, to: Workload): void {
  for (const { secret } of from.secrets) to.addSecret(secret);
  const known = new Set([...to.variables.entries().map(([key]) => key), ...to.secretExports.keys()]);
  for (const [key, value] of from.variables.entries()) if (!known.has(key)) to.variables.add(key, value);
  for (const [key, secret] of from.secretExports) if (!known.has(key)) to.exportSecret(key, secret);
  const files = new Set(to.configFiles.map(({ path }) => path));
  for (const file of from.configFiles) if (!files.has(file.path)) to.addFile(file);
}
