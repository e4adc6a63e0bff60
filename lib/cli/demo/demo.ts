import type { Manifest } from '../../model/stack/manifest';
import type { ProcessEnvironment } from '../terraform/child-environment';
import { demoGuide } from './demo-guide';
import { dryRunReport } from '../project/dry-run';
import { isLocal } from '../engine/engine-address';
import { thisMachine } from '../project/machine';
import { milestones } from './milestones';
import { readProject } from '../project/project';
import { unmet } from '../project/requirement';
import { checkRequirements, requireTerraform } from '../project/requirements';
import { ensureSecrets, isUnfilled, storeOf } from '../secrets/secret-states';
import { secretsReport } from '../secrets/secrets-report';
import { engineOf, Session, variablesOf } from '../terraform/session';
import { applyInOrder } from '../terraform/stack-apply';
import { manifestOf, selectStacks, SynthesizedStack } from '../project/synthesized-stack';
import { synthesize } from '../project/synthesis';
import { findTerraform } from '../terraform/terraform-program';
import { waitUntilReady } from '../engine/wait-ready';

/** Stack of a demo, and how to use it. */
export interface Demo {
  readonly stack: string;
  /** Path under the stack's first URL that answers with success once the system is ready. */
  readonly readyPath: string;
  /** Returns shell lines that use the system at a URL. */
  readonly tryIt: (url: string) => readonly string[];
}

/** Milliseconds that the system may take after the deploy; its gates have seen it healthy by then. */
const PATIENCE = 60_000;

/**
 * Deploys a stack and explains how to use it. If a requirement is missing, it prints the plan instead, and how to get
 * the rest. That is a success too.
 *
 * @returns the exit code
 * @throws ConfigurationError when the project cannot be synthesized or has no such stack
 */
export async function runDemo(demo: Demo, session: Session): Promise<number> {
  const variables = variablesOf(session);
  session.print(`Synthesizing ${demo.stack}, and looking for what a deploy needs …`);
  const project = readProject(session.directory);
  const stacks = synthesize(project, variables);
  const manifest = manifestOf(stacks, demo.stack);
  const [stack] = selectStacks(stacks, [demo.stack]);
  if (stack === undefined || (await isDryRun(stack, manifest, session, variables))) return 0;
  if (!fillSecrets(manifest, session)) return 1;
  // A synthesis fills the secrets that are derived from others.
  const [ready = stack] = selectStacks(synthesize(project, variables), [demo.stack]);
  return (await deploy(ready, session, variables)) || present(demo, ready, manifest, session);
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

async function deploy(stack: SynthesizedStack, session: Session, variables: ProcessEnvironment): Promise<number> {
  session.print(`Deploying ${stack.name} …`);
  const { exitCode, end, failure } = await applyInOrder({
    command: 'deploy',
    stacks: [stack],
    terraform: requireTerraform([stack], findTerraform(variables)),
    session: { ...session, hasColours: false },
    variables,
    print: milestones(session.print),
  });
  if (exitCode === 0) return 0;
  const reason = failure && `\n\n${failure}`;
  if (end === 'interrupted') {
    session.warn(`\nThe deploy of ${stack.name} was interrupted; the same command goes on from there.${reason}`);
  } else {
    session.warn(
      `\nThe deploy of ${stack.name} failed. All of its output: ${session.call('deploy')} ${stack.name}${reason}`,
    );
  }
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
