import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { docker } from './docker';

/**
 * Kills processes of the engine's machine, wherever that is.
 *
 * @param image - one with a shell
 */
export async function killProcesses(image: string, ...pids: readonly number[]): Promise<void> {
  const options = ['--rm', '--pid=host', '--user=0', '--privileged', '--network=none', '--entrypoint=/bin/sh'];
  await docker('run', ...options, image, '-c', 'kill -9 "$@"', 'kill', ...pids.map(String));
}

/** Kills the Terraform that runs in a folder, with its provider and its gates. */
export function killTerraform(directory: string): void {
  const groups = new Set(readdirSync('/proc').flatMap((pid) => groupOf(pid, directory)));
  for (const group of groups) process.kill(-group, 'SIGKILL');
}

function groupOf(pid: string, directory: string): readonly number[] {
  try {
    const isMeant = readlinkSync(`/proc/${pid}/cwd`) === directory && /^(?:terraform|tofu)$/.test(exe(pid));
    return isMeant
      ? [
          Number(
            readFileSync(`/proc/${pid}/stat`, 'utf8')
              .replace(/^.*\) /s, '')
              .split(' ')[2],
          ),
        ]
      : [];
  } catch {
    // It is no process, or has ended.
    return [];
  }
}

function exe(pid: string): string {
  return basename(readlinkSync(`/proc/${pid}/exe`));
}
