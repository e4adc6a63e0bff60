import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { confirm } from '../terminal/ask';
import { engineOf } from '../terraform/session';
import type { Session } from '../terraform/session';
import type { ProcessEnvironment } from '../terraform/child-environment';
import type { ApplyCommand } from '../project/stack-order';
import type { SynthesizedStack } from '../project/synthesized-stack';
import { followState, keepState } from './copies';
import { EngineView } from './engine-view';
import { compare } from './findings';
import { leftLock, underLock } from './lock';
import type { LockPlace } from './lock';
import {
  brokenState,
  foreignState,
  takeFollowed,
  takeUnwritten,
  UNWRITTEN,
  unwrittenState,
  volumeUsers,
} from './problems';
import { findDamage, isEmpty, removals, repair } from './damage';
import type { RepairPlace } from './damage';
import { parseState, readStateFile, stateFileOf } from './state';
import type { State } from './state';

/** Timeout in milliseconds of a request to the engine. */
const PATIENCE = 20_000;

/** A state without content. */
const UNKNOWN: State = { serial: 0, lineage: '', objects: [] };

/** Options of the check of a state. */
export interface StackStateOptions {
  readonly command: ApplyCommand;
  readonly stack: SynthesizedStack;
  readonly session: Session;
  /** Command of Terraform or OpenTofu. */
  readonly program: string;
  readonly variables: ProcessEnvironment;
  readonly print: (line: string) => void;
  /** If true, everything that the state does not know is removed. */
  readonly takeOver: boolean;
  /** If true, the command line has agreed to these removals. */
  readonly agreed: boolean;
  /** Signal that is aborted when the user leaves. */
  readonly signal: AbortSignal;
  /** Runs Terraform in the stack's folder. */
  readonly run: (args: readonly string[]) => Promise<{ readonly code: number; readonly text: string }>;
}

/** Checks the state of a stack around an apply: it must know all running containers of the stack. */
export class StackState {
  private readonly file: string | undefined;
  private readonly engine: EngineView;
  private readonly killedSince: number | undefined;

  public constructor(private readonly options: StackStateOptions) {
    const { stack, session, variables: environment } = options;
    this.file = stateFileOf(stack);
    this.engine = new EngineView(engineOf(session, stack), stack.name, { timeout: PATIENCE, environment });
    // The next command of Terraform removes it.
    this.killedSince = this.file === undefined ? undefined : leftLock(this.file);
  }

  /**
   * Returns the reason why this state allows no plan; undefined if it does. It runs before `init`, which would fail.
   */
  public refuse(): string | undefined {
    const said = takeUnwritten(this.place) || takeFollowed(this.place);
    if (said !== '') this.options.print(said);
    return brokenState(this.place);
  }

  /**
   * Repairs the leftovers of an apply that was cut off. Returns the reason why no plan is possible; undefined if one
   * is.
   *
   * @throws ConfigurationError when the user does not agree to a take-over
   */
  public async prepare(): Promise<string | undefined> {
    const problem = await this.pushUnwritten();
    if (problem !== undefined) return problem;
    const state = await this.read();
    const seen = await this.engine.containers().catch(() => []);
    if (state === undefined) return undefined;
    if (this.options.takeOver) await this.confirmTakeOver(state);
    else if (compare(state, seen).foreign.length > 0) return this.foreignProblem();
    await this.sweep(this.killedSince, this.options.takeOver).catch(() => undefined);
    return undefined;
  }

  /** Keeps a copy of the state before an apply, and follows it from then on. Returns the end of that. */
  public keep(): () => void {
    if (this.file === undefined) return () => undefined;
    keepState(this.file);
    return followState(this.file);
  }

  /**
   * Checks the leftovers of an apply.
   *
   * @param killedSince - start of the apply if Terraform was killed; seconds since 1970
   * @returns messages in addition to its failure
   */
  public async settle(failure: string, killedSince: number | undefined): Promise<string> {
    const unwritten = unwrittenState(this.place);
    // That file has objects that the state does not know yet.
    if (unwritten !== '') return unwritten;
    try {
      const state = await this.read();
      const users = state === undefined ? '' : await volumeUsers(this.engine, state, failure);
      await this.sweep(killedSince, false);
      return users;
    } catch (error) {
      return killedSince === undefined
        ? ''
        : `What runs could not be compared with the state: ${(error as Error).message}`;
    }
  }

  /** Checks again under the lock: another command may be making objects that the state does not know yet. */
  private async foreignProblem(): Promise<string | undefined> {
    let problem: string | undefined;
    const isAlone = await underLock(this.lockPlace, async () => {
      const state = await this.read();
      const { foreign } = compare(state ?? UNKNOWN, await this.engine.containers());
      if (state !== undefined && foreign.length > 0) problem = foreignState(this.place, state, foreign);
    });
    const { stack } = this.options;
    return isAlone
      ? problem
      : `another command has the lock of the state of ${stack.name}; run this one when it is done`;
  }

  private get lockPlace(): LockPlace {
    const { stack, program, variables } = this.options;
    return { program, directory: stack.directory, variables };
  }

  /**
   * Asks before a take-over.
   * @throws ConfigurationError when the user does not agree
   */
  private async confirmTakeOver(state: State): Promise<void> {
    const { stack, session, print, agreed, signal } = this.options;
    const lines = removals(await findDamage(this.repairPlace(this.killedSince, true), state));
    if (lines.length === 0) return;
    print(`The state of ${stack.name} does not know these, and --take-over removes them. Data stays.`);
    for (const line of lines) print(`  ${line}`);
    await confirm(session, `Remove them from ${stack.name}?`, agreed, signal);
  }

  private get place() {
    const { stack, session, command } = this.options;
    return { stack: stack.name, directory: stack.directory, file: this.file, call: session.call(command) };
  }

  private async pushUnwritten(): Promise<string | undefined> {
    const unwritten = join(this.options.stack.directory, UNWRITTEN);
    if (!existsSync(unwritten)) return undefined;
    const { code, text } = await this.options.run(['state', 'push', UNWRITTEN]);
    if (code !== 0) return `${unwrittenState(this.place)} ${text.trim()}`;
    renameSync(unwritten, `${unwritten}.written`);
    this.options.print('The state that Terraform could not write the last time is written now.');
    return undefined;
  }

  /** Returns undefined if the state cannot be read, such as an encrypted one. */
  private async read(): Promise<State | undefined> {
    const state = this.file === undefined ? await this.pull() : readStateFile(this.file);
    if (state === 'absent') return UNKNOWN;
    return state === 'broken' ? undefined : state;
  }

  private async pull(): Promise<State | 'broken' | undefined> {
    const { code, text } = await this.options.run(['state', 'pull']);
    return code === 0 ? parseState(text) : undefined;
  }

  private repairPlace(killedSince: number | undefined, takeOver: boolean): RepairPlace {
    const { stack, print } = this.options;
    return { stack, engine: this.engine, print, killedSince, takeOver };
  }

  private async sweep(killedSince: number | undefined, takeOver: boolean): Promise<void> {
    const { print } = this.options;
    const place = this.repairPlace(killedSince, takeOver);
    const state = await this.read();
    if (state === undefined || isEmpty(await findDamage(place, state))) return;
    const tainted: string[] = [];
    const isAlone = await underLock(this.lockPlace, async () => {
      const now = (await this.read()) ?? state;
      const damage = await findDamage(place, now);
      await repair(place, now, damage);
      tainted.push(...damage.tainted.map(({ address }) => address));
    });
    for (const address of tainted) await this.options.run(['taint', '-allow-missing', address]);
    if (!isAlone)
      print('What a deploy that was cut off left stays for now: another command has the lock of the state.');
  }
}
