import { Command } from 'commander';
import type { SecretStore } from '../../model/secrets/secret-store';
import { ConfigurationError } from '../../values';
import { Asking, confirm, Consent, isConsent, withConsent } from '../terminal/ask';
import { exclusive, isParserExit } from '../terminal/command-options';
import { encryptSecrets, rotateSecret, setSecret, takesAway } from './secret-changes';
import type { Replacement } from './secret-changes';
import { ensureSecrets, inspectSecrets, isUnfilled, SecretsManifest, storeOf } from './secret-states';
import { checkLine, secretsReport } from './secrets-report';
import { refuseExposedSecrets } from './stack-secrets';

/** Functions that the command needs from the program around it. */
export interface SecretsHost {
  /**
   * Returns the manifest of a stack by its name. With `withoutValues` it derives no values, because one is about to be
   * replaced. May throw a ConfigurationError.
   */
  readonly manifestOf: (stack: string, withoutValues: boolean) => SecretsManifest;
  /** Returns all of the standard input. */
  readonly readInput: () => Promise<Buffer>;
  /** Asks before a value is replaced. */
  readonly session: Asking;
  /**
   * The user's form of this command, for hints.
   * @default 'npm run secrets --'
   */
  readonly command?: string;
}

/** Output and exit code of the command. Texts end with a line end. */
export interface CommandOutcome {
  readonly exitCode: number;
  /** Text for the standard output. */
  readonly text: string;
  /** Text for the standard error. */
  readonly errors: string;
}

interface SecretsOptions extends Consent {
  readonly list?: boolean;
  readonly check?: boolean;
  readonly rotate?: string;
  readonly set?: string;
  readonly encrypt?: boolean;
  readonly recipient?: readonly string[];
}

/**
 * Runs the `secrets` command, which creates missing values and prints the remaining steps; see `--help`. It prints no
 * values and never throws for wrong use.
 */
export async function runSecrets(argv: readonly string[], host: SecretsHost): Promise<CommandOutcome> {
  let text = '';
  let errors = '';
  let exitCode = 0;
  const command = defineCommand().configureOutput({
    writeOut: (line) => (text += line),
    writeErr: (line) => (errors += line),
  });
  command.action(async (stack: string, options: SecretsOptions) => {
    const outcome = await act(stack, options, host);
    text += outcome.text;
    exitCode = outcome.exitCode;
  });
  try {
    await command.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (ConfigurationError.isConfigurationError(error))
      return { exitCode: 1, text, errors: `${errors}${error.message}\n` };
    if (!isParserExit(error)) throw error;
    exitCode = error.exitCode;
  }
  return { exitCode, text, errors };
}

function defineCommand(): Command {
  const alone = exclusive(['list', 'check', 'rotate', 'set', 'encrypt']);
  return withConsent(new Command('secrets'))
    .description('Creates the secrets of a stack that are missing and lists them all, without their values.')
    .argument('<stack>', 'name of the stack, such as mnemolite-dev')
    .addOption(alone('--list', 'only list them; write nothing'))
    .addOption(alone('--check', 'only check that each has a value; exit with 1 when one has none'))
    .addOption(alone('--rotate <name>', 'replace a generated value; the old one is kept as <name>.previous'))
    .addOption(
      alone('--set <name>', 'take the value from the standard input; the line end of a single line is dropped'),
    )
    .addOption(alone('--encrypt', 'write <name>.age for git, for every --recipient'))
    .option('--recipient <age1…>', 'public key that can open the encrypted files; may be repeated', collect)
    .allowExcessArguments(false)
    .exitOverride();
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function act(
  stack: string,
  options: SecretsOptions,
  host: SecretsHost,
): Promise<{ readonly text: string; readonly exitCode: number }> {
  const { encrypt = false, recipient = [] } = options;
  if (!encrypt && recipient.length > 0) {
    throw new ConfigurationError(undefined, '--recipient was given without --encrypt; add --encrypt');
  }
  const change = replacementOf(options);
  const manifest = host.manifestOf(stack, change !== undefined);
  refuseExposedSecrets([{ manifest }]);
  const store = storeOf(manifest);
  const done = (text: string) => ({ text, exitCode: 0 });
  if (change !== undefined) {
    if (takesAway(manifest, store, change))
      await confirm(host.session, `Replace the value of ${change.name} of ${stack}?`, isConsent(options));
    const { name, isRotation } = change;
    return done(
      isRotation ? rotateSecret(manifest, store, name) : setSecret(manifest, store, name, await host.readInput()),
    );
  }
  if (encrypt) return done(encryptSecrets(manifest, store, recipient));
  return show(manifest, store, options, host.command ?? 'npm run secrets --');
}

function replacementOf({ rotate, set }: SecretsOptions): Replacement | undefined {
  const name = rotate ?? set;
  return name === undefined ? undefined : { name, isRotation: rotate !== undefined };
}

function show(manifest: SecretsManifest, store: SecretStore, { list, check }: SecretsOptions, command: string) {
  const statuses = list || check ? inspectSecrets(manifest, store) : ensureSecrets(manifest, store);
  const report = secretsReport(manifest, statuses, command);
  if (!check) return { text: report, exitCode: 0 };
  return { text: `${report}\n${checkLine(manifest, statuses)}`, exitCode: statuses.some(isUnfilled) ? 1 : 0 };
}
