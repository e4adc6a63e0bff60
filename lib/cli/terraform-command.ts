import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigurationError, quoted } from '../values';
import { printAnnotations } from './annotations';
import { CommandLine, readApplyWords, readSynthWords } from './apply-options';
import { childEnvironment, ProcessEnvironment } from './child-environment';
import { thisMachine } from './machine';
import { withPrivateState } from './private-state';
import { Project, readProject } from './project';
import { engineRequirement, requireTerraform } from './requirements';
import { engineOf, Session, variablesOf } from './session';
import { applyInOrder, Application, Outcome } from './stack-apply';
import { ApplyCommand, inOrder, refuseMissingDependencies } from './stack-order';
import { refuseExposedSecrets, refuseMissingSecrets, withoutSecrets } from './stack-secrets';
import { listStacks, readStacks, selectStacks, SynthesizedStack } from './synthesized-stack';
import { synthesize } from './synthesis';
import { findTerraform } from './terraform-program';

/**
 * Runs `deploy` and `destroy`: the program once, then Terraform in the folder of each stack. It refuses a deploy
 * without the values of its secrets before it changes anything, and prints the reason of a failure last.
 *
 * @param words - names of stacks and options
 * @returns the exit code
 * @throws ConfigurationError for wrong use, and for missing requirements
 */
export async function applyStacks(command: ApplyCommand, words: readonly string[], session: Session): Promise<number> {
  const line = readApplyWords(command, words, session);
  if ('exitCode' in line) return line.exitCode;
  const variables = variablesOf(session);
  const stacks = chosenStacks(command, line, session, variables);
  refuseUnasked(command, line, session);
  refuseExposedSecrets(stacks);
  if (command === 'deploy') refuseMissingSecrets(stacks, session);
  const terraform = requireTerraform(stacks, findTerraform(variables));
  for (const stack of stacks) await refuseAbsentEngine(stack, session, variables);
  printAnnotations(stacks, session);
  const safe = withoutSecrets(stacks, session);
  const approve = session.isTerminal && line.autoApprove !== true ? askedBy(command, session) : undefined;
  const options = line.terraform;
  const application = { command, stacks, terraform, session: safe, variables, options, print: safe.print, approve };
  return report(application, await withPrivateState(stacks, () => applyInOrder(application)));
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

/** Refuses to destroy stacks by a pattern without a question: a wrong pattern is an easy mistake. */
function refuseUnasked(command: ApplyCommand, { names, autoApprove }: CommandLine, session: Session): void {
  const pattern = names.find((name) => name.includes('*'));
  if (session.isTerminal || autoApprove === true || command === 'deploy' || pattern === undefined) return;
  throw new ConfigurationError(
    undefined,
    `without a terminal to ask in, ${quoted(pattern)} is not destroyed; name the stacks, or add --auto-approve`,
  );
}

function askedBy(command: ApplyCommand, session: Session): NonNullable<Application['approve']> {
  return async ({ name }, signal) => {
    const answer = await session.ask(`\n${command} ${name} as planned above? [y/N] `, signal);
    return /^y(?:es)?$/i.test(answer.trim());
  };
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

function report({ command, stacks, session }: Application, { end, exitCode, failure }: Outcome): number {
  const what = `${command} of ${stacks.map(({ name }) => name).join(', ')}`;
  const reason = failure && `\n\n${failure}`;
  if (end === 'declined') session.warn(`\n${what} was not approved; nothing was changed.`);
  if (end === 'interrupted') session.warn(`\n${what} was interrupted; the same command goes on from there.${reason}`);
  if (end === 'failed') session.warn(`\n${what} failed.${reason}`);
  return exitCode;
}

/**
 * Runs `synth`, and so the program. It prints the error of a failed one without the stack trace.
 *
 * @returns the exit code
 * @throws ConfigurationError with the program's message when it fails
 */
export function synthStacks(words: readonly string[], session: Session): number {
  const line = readSynthWords(words, session);
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
