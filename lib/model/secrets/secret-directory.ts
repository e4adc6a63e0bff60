import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { ConfigurationError, quote } from '../../values';

/**
 * Refuses a directory in which plain secrets could end up in a commit or beside the generated Terraform files: inside a
 * git work tree that does not ignore it, or inside `cdktf.out`. Called before anything is written.
 */
export function assertSafeForSecrets(directory: string): void {
  if (directory.split(sep).includes('cdktf.out')) {
    throw new ConfigurationError(
      undefined,
      `secrets directory ${quote(directory)} is inside cdktf.out, which is shown and shared; choose one outside`,
    );
  }
  const real = realPath(directory);
  const root = workTreeOf(real);
  if (root !== undefined) assertIgnored(root, real);
}

/** Makes the directory, readable by its owner only; refuses one that all users may write to. */
export function ensurePrivateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32' || (statSync(directory).mode & 0o002) === 0) return;
  throw new ConfigurationError(
    undefined,
    `secrets directory ${quote(directory)} can be written by every user; run: chmod 700 '${directory}'`,
  );
}

/** Returns the path without symbolic links, as git sees it; the directory need not exist yet. */
function realPath(directory: string): string {
  if (existsSync(directory)) return realpathSync(directory);
  return join(realPath(dirname(directory)), basename(directory));
}

function workTreeOf(directory: string): string | undefined {
  if (existsSync(join(directory, '.git'))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : workTreeOf(parent);
}

function assertIgnored(root: string, directory: string): void {
  // A checkout that belongs to another user (a container's mount) must also be checked.
  const question = ['-c', 'safe.directory=*', 'check-ignore', '--quiet', join(directory, 'any-secret')];
  const git = spawnSync('git', question, { cwd: root, env: withoutGitVariables(), encoding: 'utf8' });
  if (git.error !== undefined || git.status === 0) return;
  if (git.status !== 1) {
    throw new ConfigurationError(
      undefined,
      `git cannot say whether ${quote(directory)} is ignored: ${git.stderr.trim()}; repair the work tree ` +
        'or choose a secrets directory outside it',
    );
  }
  throw new ConfigurationError(
    undefined,
    `secrets directory ${quote(directory)} is not ignored by git, so a commit could publish its values; ` +
      `add this line to ${quote(join(root, '.gitignore'))}: ${ignoreLine(root, directory)}`,
  );
}

function ignoreLine(root: string, directory: string): string {
  return `/${relative(root, directory).split(sep).join('/')}/`;
}

/** Returns the environment without variables that point git at another repository, as inside a git hook. */
function withoutGitVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('GIT_')));
}
