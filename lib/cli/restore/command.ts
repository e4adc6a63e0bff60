import { Command } from 'commander';
import { UPGRADE_VARIABLE } from '../../model/workload/volume-names';
import { ConfigurationError } from '../../values';
import { isConsent, withConsent } from '../terminal/ask';
import type { Consent } from '../terminal/ask';
import { exclusive, isParserExit } from '../terminal/command-options';
import { readProject } from '../project/project';
import { engineOf, variablesOf } from '../terraform/session';
import type { Session } from '../terraform/session';
import { refuseExposedSecrets, withoutSecrets } from '../secrets/stack-secrets';
import { manifestOf, selectStacks } from '../project/synthesized-stack';
import { synthesize } from '../project/synthesis';
import { restoreDatabase } from './actions/database';
import { discard } from './actions/discard';
import { Docker } from './docker/docker';
import { restoreInPlace } from './actions/in-place';
import { interruptible } from './docker/interruptible';
import { listAll, listPoints } from './actions/list';
import { restoreBeside } from './actions/side-by-side';
import { placeOf, recordOf, serverOf } from './context';
import type { Scene, Subject } from './context';
import { upgrade } from './actions/upgrade';
import { useVolume } from './actions/use-volume';
import { absentRecords, restoreStack, warnOfOthers } from './actions/whole-stack';

interface RestoreOptions extends Consent {
  readonly to?: string;
  readonly from?: string;
  readonly service?: string;
  readonly volume?: string;
  readonly sideBySide?: boolean;
  readonly discard?: boolean;
  readonly use?: string;
  readonly upgrade?: boolean;
  readonly database?: string;
  readonly table?: string;
  readonly into?: string;
}

/**
 * Runs the `restore` command, which restores a stack's databases and volumes from their backups; see `--help`.
 *
 * @returns the exit code
 * @throws ConfigurationError for wrong use, and for obstacles
 */
export async function runRestore(args: readonly string[], session: Session): Promise<number> {
  let exitCode = 0;
  const command = defineCommand(session);
  command.action(async (stack: string, action: string | undefined, options: RestoreOptions) => {
    exitCode = await interruptible((signal) => act(sceneOf(session, stack, signal), action, options));
  });
  try {
    await command.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!isParserExit(error)) throw error;
    exitCode = error.exitCode;
  }
  return exitCode;
}

function defineCommand(session: Session): Command {
  const alone = exclusive(['sideBySide', 'discard', 'use', 'database', 'upgrade']);
  const print = (text: string): void => session.print(text.trimEnd());
  return withConsent(new Command('restore'))
    .description(DESCRIPTION)
    .argument('<stack>', 'name of the stack, such as shop-prod')
    .argument('[list]', '"list" shows what there is to come back to, and changes nothing')
    .option(
      '--to <point>',
      'latest, an id of the list, a time such as "2026-11-21 10:30" (UTC unless it says a zone), and with `pitr` a ' +
        'position of the log or the name of a restore point',
    )
    .option('--from <repository>', 'repository to restore from; the first one unless stated')
    .option('--service <hostname>', 'the database or volume, where the stack has backups of several')
    .option('--volume <name>', 'name for the new volume')
    .addOption(alone('--side-by-side', 'restore beside what is there, to look into it'))
    .addOption(alone('--discard', 'remove what was restored beside, and its volume'))
    .addOption(alone('--use <volume>', 'deploy the stack on a volume that is there, such as the one of before'))
    .addOption(alone('--database <name>', 'restore one database, under a new name, into the server that runs'))
    .addOption(alone('--upgrade', 'move the data to the major version that the program states now'))
    .option('--table <name>', 'only this table of --database, such as public.orders')
    .option('--into <name>', 'name for the new database')
    .addHelpText('after', EXAMPLES)
    .configureOutput({ writeOut: print, writeErr: (text) => session.warn(text.trimEnd()) })
    .allowExcessArguments(false)
    .exitOverride();
}

/** Options that are about one database or volume. */
const ONE_ONLY = ['service', 'volume', 'sideBySide', 'discard', 'use', 'database', 'upgrade'] as const;

const DESCRIPTION =
  'Brings a database or a volume back from its backups: into a new volume that the stack is then deployed on. ' +
  'The volume of before is kept.';

const EXAMPLES = `
Examples:
  restore shop-prod list                               what there is to come back to
  restore shop-prod --to latest --side-by-side         look first; --discard removes it
  restore shop-prod --to latest --database shop        one database, under a new name
  restore shop-prod --to "2026-11-21 10:30"            all of it, in a new volume
  restore shop-prod --use shop-prod-postgres-data      back to the volume of before
  restore shop-prod --to latest --from s3              onto a new host, from elsewhere`;

function sceneOf(session: Session, name: string, signal: AbortSignal): Scene {
  const variables = variablesOf(session);
  // Some of these commands need data of another major version than the program's.
  const stacks = synthesize(readProject(session.directory), { ...variables, [UPGRADE_VARIABLE]: name });
  const manifest = manifestOf(stacks, name);
  refuseExposedSecrets([{ manifest }]);
  const [stack] = selectStacks(stacks, [name]);
  if (stack === undefined) throw new ConfigurationError(undefined, `there is no stack ${name}`);
  const docker = new Docker(engineOf(session, stack), variables);
  return { session: withoutSecrets([{ manifest }], session), variables, stack, manifest, docker, signal };
}

async function act(scene: Scene, action: string | undefined, options: RestoreOptions): Promise<number> {
  assertTogether(action, options);
  const whole = await wholeStack(scene, action, options);
  return whole ?? actOn({ ...scene, record: recordOf(scene.manifest, options.service) }, action, options);
}

/**
 * Runs a command for all backups of a stack: a list, or a restore on a host without any of the data. Returns undefined
 * if the command is about one backup.
 */
async function wholeStack(
  scene: Scene,
  action: string | undefined,
  options: RestoreOptions,
): Promise<number | undefined> {
  const { to, from } = options;
  const isOther = ONE_ONLY.some((name) => options[name] !== undefined);
  if (isOther || scene.manifest.backups.length < 2) return undefined;
  if (action !== undefined) return listAll(scene, from);
  if (to === undefined) return undefined;
  const absent = await absentRecords(scene);
  const isNothingThere = new Set(scene.manifest.backups.map(({ volume }) => volume.name)).size === absent.length;
  return isNothingThere && absent.length > 1
    ? restoreStack(scene, absent, from, { to, yes: isConsent(options) })
    : undefined;
}

async function actOn(subject: Subject, action: string | undefined, options: RestoreOptions): Promise<number> {
  const { from, use, database, volume } = options;
  const yes = isConsent(options);
  if (action !== undefined) return listPoints(subject, from);
  if (options.discard === true) return discard(subject, yes);
  if (use !== undefined) return useVolume(subject, use, yes);
  if (options.upgrade === true)
    return upgrade(serverOf(subject, '--upgrade'), placeOf(subject.record, from), { volume, yes });
  const to = options.to ?? '';
  if (to === '')
    throw wrongUse('say what to come back to with --to, such as --to latest; the word list shows what there is');
  const place = placeOf(subject.record, from);
  if (database !== undefined)
    return restoreDatabase(serverOf(subject, '--database'), place, { ...options, to, database });
  if (options.sideBySide === true) return restoreBeside(subject, place, { to, volume });
  await warnOfOthers(subject);
  return restoreInPlace({ subject, place }, [], { to, volume, yes });
}

function assertTogether(action: string | undefined, { database, table, into, volume }: RestoreOptions): void {
  if (action !== undefined && action !== 'list')
    throw wrongUse(`the word after the stack is list or none, got "${action}"`);
  if (database === undefined && (table ?? into) !== undefined)
    throw wrongUse('--table and --into go with --database; add it');
  if (database !== undefined && volume !== undefined)
    throw wrongUse('--volume does not go with --database; leave one out');
}

function wrongUse(message: string): ConfigurationError {
  return new ConfigurationError(undefined, message);
}
