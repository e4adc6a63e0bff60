import { secretPath } from '../model/secret';
import type { Workload } from '../model/workload';
import { terraformText } from './terraform-text';

/**
 * Start command of a workload that wants secrets as variables: a shell sets them from their files and then becomes the
 * program. The values are in the process's environment only, in no inspect.
 */
export function startWrapper(workload: Workload): { entrypoint?: string[]; command?: string[] } {
  const { secretExports, spec } = workload;
  if (secretExports.size === 0) return {};
  const sets = [...secretExports].map(
    ([key, secret]) => `${key}="$(cat ${secretPath(secret)})" && export ${key} || exit 1`,
  );
  const program = [...(spec.entrypoint ?? []), ...(spec.command ?? [])];
  return {
    entrypoint: ['/bin/sh', '-c', terraformText([...sets, 'exec "$@"'].join('; ')), 'start'],
    command: program.map(terraformText),
  };
}
