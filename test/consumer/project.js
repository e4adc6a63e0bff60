'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { root } = require('../../scripts/install');
const { run, runNpm } = require('../../scripts/processes');

// Outside of the repository: a package that ours forgets to declare must not be found in the repository's node_modules.
const HOME = path.join(os.tmpdir(), `docker-constructs-consumer-${process.getuid?.() ?? os.userInfo().username}`);
const manifestOf = (directory) => JSON.parse(fs.readFileSync(path.join(directory, 'package.json'), 'utf8'));

/** A directory of this user's own; anybody may have made one of that name in a shared place. */
function ownDirectory() {
  fs.mkdirSync(HOME, { recursive: true, mode: 0o700 });
  if (process.getuid && fs.statSync(HOME).uid !== process.getuid()) throw new Error(`${HOME} belongs to somebody else`);
  return HOME;
}

/** Names everything that decides what npm installs. */
function installationKey(flavour) {
  const { dependencies, peerDependencies } = manifestOf(root);
  const text = JSON.stringify([flavour, dependencies, peerDependencies]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Projects of this flavour with other packages than today's. */
function removeOlder(name) {
  for (const entry of fs.readdirSync(HOME)) {
    if (entry.startsWith(`${name}-`)) fs.rmSync(path.join(HOME, entry), { recursive: true, force: true });
  }
}

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Two test runs of one user take turns: they share the installed projects. A run that died holds nothing. */
async function takeTurn() {
  const lock = path.join(ownDirectory(), 'lock');
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      process.on('exit', () => fs.rmSync(lock, { force: true }));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(Number(readIfThere(lock)))) fs.rmSync(lock, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const readIfThere = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '');

/** A project whose packages are installed once; later runs only exchange ours. Undefined where npm cannot install. */
async function installProject(name, tarball) {
  const flavour = fs.readFileSync(path.join(__dirname, 'flavours', `${name}.json`), 'utf8');
  const entry = `${name}-${installationKey(flavour)}`;
  const directory = path.join(ownDirectory(), entry);
  if (!fs.existsSync(path.join(directory, 'installed'))) {
    removeOlder(name);
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, 'package.json'), flavour);
    const args = ['install', '--save', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', tarball];
    const result = await runNpm(args, { cwd: directory });
    if (!result.ok) return { directory, problem: result.output, offline: !(await isRegistryReachable()) };
    fs.writeFileSync(path.join(directory, 'installed'), '');
  }
  await exchange(directory, tarball);
  return { directory };
}

/** Tells a package that cannot be installed, which is a failure, from a machine that cannot install any. */
async function isRegistryReachable() {
  const { ok } = await runNpm(['view', 'constructs', 'version', '--prefer-online', '--fetch-retries=0']);
  return ok;
}

async function exchange(directory, tarball) {
  const target = path.join(directory, 'node_modules/docker-constructs');
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target);
  const unpacked = await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  if (!unpacked.ok) throw new Error(unpacked.output);
  for (const entry of ['cdktf.out', '__tests__', 'state'])
    fs.rmSync(path.join(directory, entry), { recursive: true, force: true });
  fs.cpSync(path.join(__dirname, 'project'), directory, { recursive: true });
}

module.exports = { installProject, takeTurn };
