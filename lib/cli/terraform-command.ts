import { ConfigurationError, quoted } from '../values';
import { runCdktf } from './cdktf-process';
import { childEnvironment, ProcessEnvironment } from './child-environment';
import { thisMachine } from './machine';
import { Project, readProject } from './project';
import { engineRequirement } from './requirements';
import { deployVariables, engineOf, Session, variablesOf } from './session';
import { refuseMissingSecrets } from './stack-secrets';
import { listStacks, selectStacks, SynthesizedStack } from './synthesized-stack';
import { synthesize } from './synthesis';

/** The commands that apply something. */
export type ApplyCommand = 'deploy' | 'destroy';

const APPROVE = '--auto-approve';

/** cdktf would lock the provider's checksums in a folder that git ignores, and needs the provider's registry for it. */
const NO_LOCK = '--skip-provider-lock';

/**
 * `deploy` and `destroy`: cdktf with the options that always apply. A deploy without the values of its secrets is
 * refused before anything is touched, and the reason of a failure is printed last.
 *
 * @param args - names of stacks, then options for cdktf
 * @returns the exit code
 * @throws ConfigurationError for wrong use
 */
export async function applyStacks(command: ApplyCommand, args: readonly string[], session: Session): Promise<number> {
  const project = readProject(session.directory);
  const variables = variablesOf(session);
  const { names, options } = splitArguments(args);
  const stacks = chooseStacks(command, synthesize(project, variables), names);
  const approval = approve(command, names, options, session.isTerminal);
  if (command === 'deploy') refuseMissingSecrets(stacks, session);
  for (const stack of stacks) await refuseAbsentEngine(stack, session, variables);
  return apply(project, command, stacks, [...options, ...approval], { session, variables });
}

/** Names come first: what follows an option may be its value. */
export function splitArguments(args: readonly string[]): {
  readonly names: readonly string[];
  readonly options: readonly string[];
} {
  const first = args.findIndex((word) => word.startsWith('-'));
  const end = first < 0 ? args.length : first;
  return { names: args.slice(0, end), options: args.slice(end) };
}

/**
 * The option that keeps cdktf from asking, where nobody could answer: it crashes there. A stack must then be named to
 * be destroyed; a pattern is too easily wrong.
 */
export function approve(
  command: ApplyCommand,
  names: readonly string[],
  options: readonly string[],
  isTerminal: boolean,
): readonly string[] {
  if (isTerminal || options.includes(APPROVE)) return [];
  const pattern = names.find((name) => name.includes('*'));
  if (command === 'deploy' || pattern === undefined) return [APPROVE];
  throw new ConfigurationError(
    undefined,
    `without a terminal to ask in, ${quoted(pattern)} is not destroyed; name the stacks, or add ${APPROVE}`,
  );
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

/** Terraform would take its time to say so. */
async function refuseAbsentEngine(
  stack: SynthesizedStack,
  session: Session,
  variables: ProcessEnvironment,
): Promise<void> {
  const address = engineOf(session, stack);
  const { name, state, detail, remedy } = await engineRequirement(address, thisMachine(stack, address, variables));
  if (state !== 'found') throw new ConfigurationError(undefined, `${stack.name}: ${name}: ${detail}; ${remedy}`);
}

async function apply(
  project: Project,
  command: ApplyCommand,
  stacks: readonly SynthesizedStack[],
  options: readonly string[],
  { session, variables }: { readonly session: Session; readonly variables: ProcessEnvironment },
): Promise<number> {
  const names = stacks.map(({ name }) => name);
  // What asks a question needs the terminal for itself.
  const print = options.includes(APPROVE) ? session.print : undefined;
  const { exitCode, interrupted, failure } = await runCdktf({
    directory: project.directory,
    arguments: [command, ...names, ...options, NO_LOCK],
    variables: deployVariables(session, variables),
    stacks: names,
    print,
    warn: session.warn,
  });
  const what = `${command} of ${names.join(', ')}`;
  if (interrupted) session.warn(`\n${what} was interrupted; the same command goes on from there.`);
  else if (exitCode !== 0 && print !== undefined) session.warn(`\n${what} failed.${failure && `\n\n${failure}`}`);
  return exitCode;
}

/**
 * `synth`: cdktf, but a program that fails is quoted without the stack of the error.
 *
 * @returns the exit code
 */
export async function synthStacks(options: readonly string[], session: Session): Promise<number> {
  const project = readProject(session.directory);
  const { variables } = childEnvironment(session.environment);
  const lines: string[] = [];
  const { exitCode } = await runCdktf({
    directory: project.directory,
    arguments: ['synth', ...options],
    variables,
    stacks: [],
    print: (line) => lines.push(line),
    warn: session.warn,
  });
  if (exitCode !== 0) synthesize(project, variables);
  lines.forEach(session.print);
  return exitCode;
}
