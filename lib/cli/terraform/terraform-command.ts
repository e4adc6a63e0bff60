import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../../values';
import { printAnnotations } from '../project/annotations';
import { CommandLine, readApplyWords, readSynthWords } from './apply-options';
import { isAgreed, refuseUnasked } from '../terminal/ask';
import { childEnvironment, ProcessEnvironment } from './child-environment';
import { thisMachine } from '../project/machine';
import { withPrivateState } from './private-state';
import { Project, readProject } from '../project/project';
import { engineRequirement, requireTerraform } from '../project/requirements';
import { EngineView } from '../repair/engine-view';
import { remnantsOf, remnantsTable } from '../terminal/remains';
import { engineOf, Session, variablesOf } from './session';
import { applyInOrder, Application, Outcome } from './stack-apply';
import { ApplyCommand, inOrder, refuseMissingDependencies } from '../project/stack-order';
import { refuseExposedSecrets, refuseMissingSecrets, withoutSecrets } from '../secrets/stack-secrets';
import { listStacks, readStacks, selectStacks, SynthesizedStack } from '../project/synthesized-stack';
import { synthesize } from '../project/synthesis';
import { findTerraform } from './terraform-program';

/** Timeout in milliseconds of a request to an engine. */
const PATIENCE = 20_000;

/**
 * Runs `deploy` and `destroy`: the program once, then Terraform in the folder of each stack. It refuses a deploy
 * without the values of its secrets before it changes anything, and prints the reason of a failure last.
 *
 * @param words - names of stacks and options
 * @returns the exit code
 * @throws ConfigurationError for wrong use, and for missing requirements
 */
export async function applyStacks(command: ApplyCommand, args: readonly string[], session: Session): Promise<number> {
  const line = readApplyWords(command, args, session);
  if ('exitCode' in line) return line.exitCode;
  const variables = variablesOf(session);
  const stacks = chosenStacks(command, line, session, variables);
  refuseUnasked(session, `${command} ${namesOf(stacks)}?`, line.agreed);
  refuseExposedSecrets(stacks);
  if (command === 'deploy') refuseMissingSecrets(stacks, session);
  const terraform = requireTerraform(stacks, findTerraform(variables));
  for (const stack of stacks) await refuseAbsentEngine(stack, session, variables);
  printAnnotations(stacks, session);
  const safe = withoutSecrets(stacks, session);
  const approve = approval(command, line, safe, variables);
  const { agreed, terraform: options } = line;
  const shared = { command, stacks, terraform, session: safe, variables, options, agreed };
  const application = { ...shared, print: safe.print, approve };
  const outcome = await withPrivateState(stacks, () => applyInOrder(application));
  report(application, outcome);
  if (command === 'destroy' && outcome.end === 'done')
    for (const stack of stacks) await tellRemnants(`destroy ${stack.name} has left:`, stack, safe, variables);
  return outcome.exitCode;
}

function chosenStacks(
  command: ApplyCommand,
  line: CommandLine,
  session: Session,
  variables: ProcessEnvironment,
): readonly SynthesizedStack[] {
  const project = readProject(session.directory, line);
  const all = line.skipSynth === true ? readStacks(project.output) : synthesize(project, variables);
  const chosen = chooseStacks(command, all, line.names);
  if (line.ignoreMissingStackDependencies !== true) refuseMissingDependencies(command, chosen, all);
  return inOrder(command, chosen);
}

function chooseStacks(
  command: ApplyCommand,
  stacks: readonly SynthesizedStack[],
  names: readonly string[],
): readonly SynthesizedStack[] {
  if (names.length > 0) return selectStacks(stacks, names);
  if (stacks.length === 1 && command === 'deploy') return stacks;
  throw new ConfigurationError(undefined, `name a stack to ${command}; ${listStacks(stacks)}`);
}

/** Returns the question before an apply. A destroy first prints its remains, also if the command line has agreed. */
function approval(
  command: ApplyCommand,
  { agreed }: CommandLine,
  session: Session,
  variables: ProcessEnvironment,
): NonNullable<Application['approve']> {
  return async (stack, signal) => {
    if (command === 'destroy') await tellRemnants(`destroy ${stack.name} leaves:`, stack, session, variables);
    return agreed || isAgreed(session, `\n${command} ${stack.name} as planned above?`, signal);
  };
}

async function tellRemnants(
  heading: string,
  stack: SynthesizedStack,
  session: Session,
  environment: ProcessEnvironment,
): Promise<void> {
  const engine = new EngineView(engineOf(session, stack), stack.name, { timeout: PATIENCE, environment });
  try {
    const table = remnantsTable(await remnantsOf(stack, engine, session.directory));
    if (table !== '') session.print(`\n${heading}\n\n${table}`);
  } catch (error) {
    session.warn(`What ${heading.replace(/:$/, '')} cannot be seen: ${(error as Error).message}`);
  }
}

/** Refuses a missing engine early; Terraform would take long to report it. */
async function refuseAbsentEngine(
  stack: SynthesizedStack,
  session: Session,
  variables: ProcessEnvironment,
): Promise<void> {
  const address = engineOf(session, stack);
  const { name, state, detail, remedy } = await engineRequirement(address, thisMachine(stack, address, variables));
  if (state !== 'found') throw new ConfigurationError(undefined, `${stack.name}: ${name}: ${detail}; ${remedy}`);
}

function namesOf(stacks: readonly SynthesizedStack[]): string {
  return stacks.map(({ name }) => name).join(', ');
}

function report({ command, stacks, session }: Application, { end, failure }: Outcome): void {
  const what = `${command} of ${namesOf(stacks)}`;
  const reason = failure && `\n\n${failure}`;
  if (end === 'declined') session.warn(`\n${what} was not approved; nothing was changed.`);
  if (end === 'interrupted') session.warn(`\n${what} was interrupted; the same command goes on from there.${reason}`);
  if (end === 'failed') session.warn(`\n${what} failed.${reason}`);
}

/**
 * Runs `synth`, and so the program. It prints the error of a failed one without the stack trace.
 *
 * @returns the exit code
 * @throws ConfigurationError with the program's message when it fails
 */
export function synthStacks(args: readonly string[], session: Session): number {
  const line = readSynthWords(args, session);
  if ('exitCode' in line) return line.exitCode;
  const project = readProject(session.directory, line);
  const stacks = synthesize(project, childEnvironment(session.environment).variables);
  removeOthers(project, stacks);
  printAnnotations(stacks, session);
  session.print(`Generated Terraform code for the stacks: ${stacks.map(({ name }) => name).join(', ')}`);
  return 0;
}

/** Removes the folders of stacks that the program no longer has; later commands would take them for current ones. */
function removeOthers({ output }: Project, stacks: readonly SynthesizedStack[]): void {
  const kept = stacks.map(({ directory }) => directory);
  const folders = [...new Set(kept.map((directory) => dirname(directory)))].filter((folder) => folder !== output);
  const found = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  for (const other of found.filter((directory) => !kept.includes(directory))) rmSync(other, { recursive: true });
}
