import type { Manifest } from '../model/manifest';
import { runCdktf } from './cdktf-process';
import type { ProcessEnvironment } from './child-environment';
import { demoGuide } from './demo-guide';
import { dryRunReport } from './dry-run';
import { isLocal } from './engine-address';
import { thisMachine } from './machine';
import { readProject } from './project';
import { unmet } from './requirement';
import { checkRequirements } from './requirements';
import { ensureSecrets, isUnfilled, storeOf } from './secret-states';
import { secretsReport } from './secrets-report';
import { deployVariables, engineOf, Session, variablesOf } from './session';
import { manifestOf, selectStacks, SynthesizedStack } from './synthesized-stack';
import { synthesize } from './synthesis';
import { waitUntilReady } from './wait-ready';

/** What is shown, and how to use it. */
export interface Demo {
  readonly stack: string;
  /** Path under the stack's first URL that answers with success when all is well. */
  readonly readyPath: string;
  /** Lines for a shell that use the system at a URL. */
  readonly tryIt: (url: string) => readonly string[];
}

/** Milliseconds that the system may take after the deploy; its gates have seen it healthy by then. */
const PATIENCE = 60_000;

/** Lines of Terraform's output that tell how far it is. */
const MILESTONE = /: (?:Creation|Modifications|Destruction) complete|: Still |^\s*(?:Plan:|Apply complete|No changes)/;

/**
 * Deploys a stack and says what to do with it. Where something is missing for that, prints what would be deployed and
 * how to get the rest, which is a success too.
 *
 * @returns the exit code
 * @throws ConfigurationError when the project cannot be synthesized or has no such stack
 */
export async function runDemo(demo: Demo, session: Session): Promise<number> {
  const variables = variablesOf(session);
  session.print(`Synthesizing ${demo.stack}, and looking for what a deploy needs …`);
  const stacks = synthesize(readProject(session.directory), variables);
  const manifest = manifestOf(stacks, demo.stack);
  const [stack] = selectStacks(stacks, [demo.stack]);
  if (stack === undefined || (await isDryRun(stack, manifest, session, variables))) return 0;
  if (!fillSecrets(manifest, session)) return 1;
  return (await deploy(demo, session, variables)) || present(demo, stack, manifest, session);
}

async function isDryRun(
  stack: SynthesizedStack,
  manifest: Manifest,
  session: Session,
  variables: ProcessEnvironment,
): Promise<boolean> {
  const address = engineOf(session, stack);
  const requirements = await checkRequirements(stack, address, thisMachine(stack, address, variables));
  if (unmet(requirements).length === 0) return false;
  session.print(`\n${dryRunReport(stack, manifest, requirements, session.directory)}`);
  return true;
}

function fillSecrets(manifest: Manifest, session: Session): boolean {
  const statuses = ensureSecrets(manifest, storeOf(manifest));
  if (statuses.some(({ state }) => state !== 'kept' && state !== 'derived')) {
    session.print(`\n${secretsReport(manifest, statuses, session.call('secrets'))}`);
  }
  return !statuses.some(isUnfilled);
}

async function deploy({ stack }: Demo, session: Session, variables: ProcessEnvironment): Promise<number> {
  session.print(`Deploying ${stack} with cdktf …`);
  const { exitCode, interrupted, failure } = await runCdktf({
    directory: session.directory,
    arguments: ['deploy', stack, '--auto-approve', '--skip-provider-lock'],
    variables: deployVariables(session, variables),
    stacks: [stack],
    warn: session.warn,
    print: (line) => {
      if (MILESTONE.test(line)) session.print(`  ${line.replace(/ \[id=.*/, '').trim()}`);
    },
  });
  if (exitCode === 0) return 0;
  if (interrupted) {
    session.warn(`\nThe deploy of ${stack} was interrupted; the same command goes on from there.`);
    return exitCode;
  }
  const more = `All of its output: ${session.call('deploy')} ${stack}`;
  session.warn(`\nThe deploy of ${stack} failed. ${more}${failure && `\n\n${failure}`}`);
  return exitCode;
}

async function present(demo: Demo, stack: SynthesizedStack, manifest: Manifest, session: Session): Promise<number> {
  const [url = ''] = manifest.urls;
  const address = engineOf(session, stack);
  if (isLocal(address)) {
    const problem = await waitUntilReady(`${url}${demo.readyPath}`, PATIENCE);
    if (problem !== undefined) {
      session.warn(
        `\n${demo.stack} was deployed, but ${url}${demo.readyPath} does not answer as it should: ${problem}`,
      );
      return 1;
    }
  }
  session.print(`\n${demoGuide(manifest, demo.tryIt(url), session)}\n`);
  if (!isLocal(address)) session.print(`${url} is an address of the engine's host, ${address.host}.\n`);
  return 0;
}
