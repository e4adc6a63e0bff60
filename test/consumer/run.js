'use strict';

// What a user does: install the packed library into a project as `cdktf init` makes it, synthesize, test with jest; on
// cdktf and on cdktn. Prints one JSON record of what passed, failed and was skipped; `npm test` adds it to its counts.

const { cpSync, existsSync, readFileSync, rmSync } = require('node:fs');
const path = require('node:path');
const { environment } = require('../../scripts/environment');
const { root } = require('../../scripts/install');
const { judges, pack } = require('../../scripts/pack');
const { keyOf, recall, remember } = require('../../scripts/passed');
const { run } = require('../../scripts/processes');
const { judgeFiles, listFiles } = require('./package');
const { installProject, takeTurn } = require('./project');

const CACHE = path.join(root, 'node_modules/.cache/consumer');
const totals = { passed: 0, failed: 0, skipped: [], output: '' };
/** Whether something was skipped that another run can do. */
let offline = false;

async function check(name, action) {
  const started = Date.now();
  let problem;
  try {
    problem = await action();
  } catch (error) {
    problem = error.stack;
  }
  if (process.argv.includes('--verbose')) console.error(`${name}: ${Date.now() - started} ms`);
  if (problem === undefined) totals.passed += 1;
  else totals.failed += 1;
  if (problem !== undefined) totals.output += `consumer, ${name}:\n${problem}\n`;
  return problem === undefined;
}

const unlessOk = ({ ok, output }) => (ok ? undefined : output);
const inProject = (directory) => (script, args) =>
  run(process.execPath, [path.join(directory, 'node_modules', script), ...args], {
    cwd: directory,
    env: userEnvironment(),
  });

/** A user's shell knows nothing of the test run that this is part of. */
function userEnvironment() {
  const { NODE_ENV, JEST_WORKER_ID, NODE_OPTIONS, ...rest } = environment();
  return { ...rest, CHECKPOINT_DISABLE: '1' };
}

/** The library's own types are complete for the oldest and the newest TypeScript; those of other packages may not be. */
async function judgeTypes(name, directory) {
  const { devDependencies } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  for (const compiler of Object.keys(devDependencies).filter((dependency) => dependency.startsWith('typescript-'))) {
    const manifest = path.join(directory, 'node_modules', compiler, 'package.json');
    const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
    const types = devDependencies['@types/node'];
    await check(`${name}: types with TypeScript ${version} and @types/node ${types}`, async () => {
      const args = ['-p', 'tsconfig.node16.json', '--skipLibCheck', 'false', '--pretty', 'false'];
      const { ok, stdout } = await inProject(directory)(`${compiler}/bin/tsc`, args);
      const ours = stdout.split('\n').filter((line) => !/^(?:node_modules\/(?!docker-constructs\/)| )/.test(line));
      return ok || ours.join('') === '' ? undefined : ours.join('\n');
    });
  }
}

async function judgePackage(tarball) {
  await check('publishes what it should', async () => {
    const complaints = judgeFiles(await listFiles(tarball));
    return complaints.length ? complaints.join('\n') : undefined;
  });
  for (const [name, judge] of Object.entries(judges(tarball))) await check(name, async () => unlessOk(await judge()));
}

/** The snapshot that the first flavour writes, also where CI=true, is what the second has to match. */
const SNAPSHOTS = '__tests__/__snapshots__';

function copyIfThere(from, to) {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}

async function judgeFlavour(name, tarball, reference) {
  const { directory, problem, ...installed } = await installProject(name, tarball);
  if (installed.offline) {
    offline = true;
    totals.skipped.push(`${name} project: its packages are not installed and the package registry cannot be reached`);
    return undefined;
  }
  if (!(await check(`${name}: npm install`, () => problem))) return undefined;
  const program = inProject(directory);
  await check(`${name}: npx docker-constructs synth`, () => synth(directory));
  await check(`${name}: npx docker-constructs secrets`, () => useCommand(directory));
  await judgeTypes(name, directory);
  if (reference !== undefined) copyIfThere(path.join(reference, SNAPSHOTS), path.join(directory, SNAPSHOTS));
  await check(`${name}: jest`, async () =>
    unlessOk(await program('jest/bin/jest.js', reference === undefined ? ['--no-ci'] : ['--ci'])),
  );
  return directory;
}

/** Runs the command of the package. */
function command(directory, ...words) {
  const installed = path.join(directory, 'node_modules/docker-constructs');
  const { bin } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
  const program = path.join(installed, bin['docker-constructs']);
  return run(process.execPath, [program, ...words], { cwd: directory, env: userEnvironment() });
}

async function synth(directory) {
  const result = await command(directory, 'synth');
  if (!result.ok) return result.output;
  const json = JSON.parse(readFileSync(path.join(directory, 'cdktf.out/stacks/shop-dev/cdk.tf.json'), 'utf8'));
  const containers = Object.keys(json.resource?.docker_container ?? {});
  return containers.length > 0 ? undefined : `no docker_container in the synthesized stack:\n${result.output}`;
}

/** Lists the secrets of the stack, as in the README; what a deploy needs besides is asked for in one line. */
async function useCommand(directory) {
  const listed = await command(directory, 'secrets', 'shop-dev', '--list');
  if (!listed.ok) return listed.output;
  const { ok, output } = await command(directory, 'deploy', 'shop-prod');
  return !ok && /^there is no stack "shop-prod"; the stacks are: shop-dev\s*$/.test(output) ? undefined : output;
}

async function judgeProjects(tarball) {
  const reference = await judgeFlavour('cdktf', tarball);
  await judgeFlavour('cdktn', tarball, reference);
}

/** What the package is made of, what judges it, and the versions of all that takes part. */
const INPUTS = ['lib', 'bin', 'programs', 'scripts', 'test/consumer', 'LICENSE'];
const CONFIGURATIONS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

async function judge() {
  await takeTurn();
  const folder = path.join(CACHE, 'tarball');
  rmSync(folder, { recursive: true, force: true });
  let tarball;
  if (!(await check('npm pack', async () => void (tarball = await pack(folder))))) return;
  await judgePackage(tarball);
  await judgeProjects(tarball);
}

/** All this takes half a minute, so what passed is not run again before something that matters to it changed. */
async function main() {
  const record = path.join(CACHE, `passed-${process.version}.json`);
  const key = keyOf([...INPUTS, ...CONFIGURATIONS]);
  const passed = process.argv.includes('--force') ? undefined : recall(record, key);
  if (passed !== undefined) {
    Object.assign(totals, passed);
    totals.note = 'unchanged since they passed; node test/consumer/run.js --force runs them again';
  } else {
    await judge();
    if (totals.failed === 0 && !offline) remember(record, key, { passed: totals.passed, skipped: totals.skipped });
  }
  process.stdout.write(JSON.stringify(totals));
}

main();
