import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigurationError } from '../../values';
import { Consent, isConsent, withConsent } from '../terminal/ask';
import { isParserExit } from '../terminal/command-options';
import type { ProjectOptions } from '../project/project';
import type { Session } from './session';
import type { TerraformOptions } from './stack-apply';
import type { ApplyCommand } from '../project/stack-order';

/** Arguments of a command line: the options of `cdktf deploy` that are supported here. */
export interface CommandLine extends ProjectOptions {
  readonly names: readonly string[];
  /** If true, the command does not ask. */
  readonly agreed: boolean;
  readonly ignoreMissingStackDependencies?: boolean;
  readonly skipSynth?: boolean;
  readonly terraform: TerraformOptions;
}

interface ApplyFlags extends ProjectOptions, Consent {
  readonly ignoreMissingStackDependencies?: boolean;
  readonly skipSynth?: boolean;
  readonly migrateState?: boolean;
  readonly takeOver?: boolean;
  readonly refreshOnly?: boolean;
  readonly terraformParallelism?: string;
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
}

/**
 * Reads the arguments of `deploy` or `destroy`. Returns an exit code if there is nothing to do, as after `--help`.
 *
 * @throws ConfigurationError for an unknown option
 */
export function readApplyWords(
  command: ApplyCommand,
  words: readonly string[],
  session: Session,
): CommandLine | { readonly exitCode: number } {
  const parsed = parse<ApplyFlags>(applyCommand(command), words, session);
  return 'exitCode' in parsed
    ? parsed
    : { ...parsed.flags, names: parsed.names, agreed: isConsent(parsed.flags), terraform: forTerraform(parsed.flags) };
}

/** Reads the arguments of `synth`. */
export function readSynthWords(
  words: readonly string[],
  session: Session,
): ProjectOptions | { readonly exitCode: number } {
  const parsed = parse<ProjectOptions>(projectOptions(new Command('synth').description(SYNTH)), words, session);
  return 'exitCode' in parsed ? parsed : parsed.flags;
}

const SYNTH = 'Writes the documents for Terraform, and judges them.';
const DESCRIPTIONS = {
  deploy: 'Deploys stacks by Terraform, once every secret has a value.',
  destroy: 'Removes stacks by Terraform.',
};

function projectOptions(command: Command): Command {
  return command
    .option('-a, --app <command>', 'command that runs the program, in place of the one of cdktf.json')
    .option('-o, --output <folder>', 'folder for the documents, in place of the one of cdktf.json')
    .allowExcessArguments(false);
}

function applyCommand(command: ApplyCommand): Command {
  const defined = withConsent(projectOptions(new Command(command).description(DESCRIPTIONS[command])))
    .argument('[stacks...]', 'names of stacks, in which * stands for anything')
    .option('--var <name=value>', 'value of a variable of the stack; may be repeated', collect)
    .option('--var-file <file>', 'file with values of variables; may be repeated', collect)
    .option('--terraform-parallelism <number>', 'things that Terraform does at a time', number)
    .option('--parallelism <number>', 'stacks at a time, at most; they go one after the other in any case', number)
    .option('--ignore-missing-stack-dependencies', 'do without the stacks that these depend on')
    .option('--migrate-state', 'move the state along when the backend has changed')
    .option('--take-over', 'first remove what runs of the stack and its state does not know; data stays')
    .option('--skip-synth', 'take the documents that the last synthesis wrote')
    .option('--skip-provider-lock', 'changes nothing: checksums come from the .terraform.lock.hcl of the project')
    .option('--no-color', 'changes nothing: set NO_COLOR for output without colours');
  return command === 'destroy'
    ? defined
    : defined.option('--refresh-only', 'write into the state what has changed on the engine, and change nothing there');
}

function forTerraform({ var: values = [], varFile = [], ...flags }: ApplyFlags): TerraformOptions {
  const { terraformParallelism, refreshOnly, migrateState, takeOver } = flags;
  return {
    plan: [
      ...(refreshOnly === true ? ['-refresh-only'] : []),
      ...varFile.map((file) => `-var-file=${resolve(file)}`),
      ...values.map((value) => `-var=${value}`),
    ],
    both: terraformParallelism === undefined ? [] : [`-parallelism=${terraformParallelism}`],
    migrateState,
    takeOver,
  };
}

interface Parsed<Flags> {
  readonly names: readonly string[];
  readonly flags: Flags;
}

function parse<Flags extends object>(
  command: Command,
  words: readonly string[],
  session: Session,
): Parsed<Flags> | { readonly exitCode: number } {
  command
    .configureOutput({
      writeOut: (text) => session.print(text.trimEnd()),
      // The error is thrown below.
      writeErr: () => undefined,
    })
    .exitOverride();
  try {
    command.parse([...words], { from: 'user' });
    return { names: command.args, flags: command.opts<Flags>() };
  } catch (error) {
    if (!isParserExit(error)) throw error;
    if (error.exitCode === 0) return { exitCode: 0 };
    throw wrongUse(command.name(), error.message, words, session);
  }
}

function wrongUse(command: string, message: string, words: readonly string[], session: Session): ConfigurationError {
  const option = /^error: unknown option '([^']+)'/.exec(message)?.[1];
  const help = `${session.call(command)} --help`;
  if (option === undefined)
    return new ConfigurationError(undefined, `${message.replace(/^error: /, '')}; see: ${help}`);
  const stack = words.find((word) => !word.startsWith('-')) ?? '<stack>';
  const others =
    command === 'synth'
      ? 'run cdktf-cli for it: npx cdktf synth'
      : `for what only Terraform can do, run it in the stack's folder: terraform -chdir=cdktf.out/stacks/${stack} …`;
  return new ConfigurationError(undefined, `${command} has no option ${option}; see: ${help}; ${others}`);
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function number(value: string): string {
  if (/^[1-9]\d*$/.test(value)) return value;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
