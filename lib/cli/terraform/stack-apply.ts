import { setTimeout as pause } from 'node:timers/promises';
import { explainFailure } from '../failure/explain';
import { isOnlyImageRace } from './image-race';
import { Interruption } from '../terminal/interruption';
import { thisMachine } from '../project/machine';
import { PlanFolder } from './plan-folder';
import { ProviderLock } from './provider-lock';
import { deployVariables, engineOf, Session } from './session';
import type { ProcessEnvironment } from './child-environment';
import { StackState } from '../repair/stack-state';
import type { ApplyCommand } from '../project/stack-order';
import type { SynthesizedStack } from '../project/synthesized-stack';
import { asksForInit, asksForUpgrade, TerraformInit } from './terraform-init';
import { TerraformLog, withoutEscapes } from './terraform-log';
import { abruptEnd, runTerraform, TerraformEnd } from './terraform-process';
import type { TerraformProgram } from './terraform-program';

/** Arguments of Terraform after the command. */
export interface TerraformOptions {
  /** Arguments for `plan`. */
  readonly plan?: readonly string[];
  /** Arguments for `plan` and `apply`. */
  readonly both?: readonly string[];
  /** If true, the state moves along when the backend has changed. */
  readonly migrateState?: boolean;
  /** If true, everything of the stack that its state does not know is removed first. */
  readonly takeOver?: boolean;
}

/** Stacks to be applied. */
export interface Application {
  readonly command: ApplyCommand;
  /** Stacks in the order in which they are applied. */
  readonly stacks: readonly SynthesizedStack[];
  readonly terraform: TerraformProgram;
  readonly session: Session;
  readonly variables: ProcessEnvironment;
  readonly options?: TerraformOptions;
  /** If true, the command line has agreed to all changes. */
  readonly agreed?: boolean;
  /** Takes each line of Terraform's output. */
  readonly print: (line: string) => void;
  /** Asks the user after the plan, and returns the answer. Undefined applies without a question. */
  readonly approve?: (stack: SynthesizedStack, signal: AbortSignal) => Promise<boolean>;
}

/** Result of an application. */
export interface Outcome {
  /** Exit code; 0 when Terraform reported success. */
  readonly exitCode: number;
  readonly end: 'done' | 'declined' | 'interrupted' | 'failed';
  /** Reason why Terraform failed; '' if unknown. */
  readonly failure: string;
  /** True if it failed only because another stack removed an image. */
  readonly isImageRace?: boolean;
}

const DONE: Outcome = { exitCode: 0, end: 'done', failure: '' };
const DECLINED: Outcome = { exitCode: 1, end: 'declined', failure: '' };
/** Exit code of a program that SIGINT ended. */
const INTERRUPTED = 130;
/** Attempts while other stacks remove images. */
const ATTEMPTS = 5;
/** Milliseconds between two attempts. */
const BETWEEN_ATTEMPTS = 1000;
/** Exit code of `terraform plan -detailed-exitcode` when there are changes. */
const CHANGES = 2;

/** Commands of Terraform that would ask for missing values. */
const ASKING = ['init', 'plan', 'apply'];

/** Applies stacks one after the other, until one fails. */
export async function applyInOrder(application: Application): Promise<Outcome> {
  const { stacks, session, print } = application;
  const interruption = new Interruption(session.warn);
  try {
    for (const stack of stacks) {
      if (stacks.length > 1) print(`\n${stack.name}:`);
      const outcome = await new StackApply(application, stack, interruption).run();
      if (outcome.exitCode !== 0) return outcome;
    }
    return DONE;
  } finally {
    interruption.end();
  }
}

interface Finished extends TerraformEnd {
  readonly log: TerraformLog;
}

class StackApply {
  private readonly variables: ProcessEnvironment;
  private readonly init: TerraformInit;
  private readonly state: StackState;
  private readonly lock: ProviderLock;

  public constructor(
    private readonly application: Application,
    private readonly stack: SynthesizedStack,
    private readonly interruption: Interruption,
  ) {
    this.variables = deployVariables(application.session, application.variables);
    this.init = new TerraformInit(stack, application.terraform, this.variables);
    this.lock = new ProviderLock(application.session.directory, stack);
    this.state = new StackState({
      ...application,
      stack,
      program: application.terraform.command,
      variables: this.variables,
      takeOver: application.options?.takeOver === true,
      agreed: application.agreed === true,
      signal: interruption.signal,
      run: (args) => this.quietly(args),
    });
  }

  public async run(): Promise<Outcome> {
    const folder = new PlanFolder();
    try {
      const before = this.refusal(this.state.refuse()) ?? this.unlessInterrupted() ?? (await this.initialize());
      return before ?? this.refusal(await this.state.prepare()) ?? (await this.persistently(folder.file));
    } finally {
      folder.remove();
    }
  }

  private async initialize(force = false): Promise<Outcome | undefined> {
    const migrate = this.application.options?.migrateState === true;
    this.lock.bring();
    if (!force && !migrate && !this.init.isNeeded) return undefined;
    const lines: string[] = [];
    const finished = await this.runInit(migrate ? ['-migrate-state', '-force-copy'] : [], lines);
    if (finished.code !== 0) {
      lines.forEach(this.application.print);
      return this.failed(finished, this.lock.explain(finished.log.text));
    }
    this.lock.takeBack();
    this.init.noteDone();
    return this.unlessInterrupted();
  }

  private async runInit(args: readonly string[], lines: string[]): Promise<Finished> {
    this.application.print('Initializing Terraform …');
    const first = await this.terraform(['init', ...args], (line) => lines.push(line));
    if (first.code === 0 || this.interruption.happened || !asksForUpgrade(first.log.text)) return first;
    lines.length = 0;
    return this.terraform(['init', '-upgrade', ...args], (line) => lines.push(line));
  }

  private async persistently(file: string): Promise<Outcome> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.planAndApply(file);
      if (outcome.isImageRace !== true || attempt === ATTEMPTS) return outcome;
      this.application.print('Another stack removed an image while Terraform listed all images: planning again …');
      await pause(BETWEEN_ATTEMPTS);
    }
  }

  private async planAndApply(file: string): Promise<Outcome> {
    const planned = await this.plan(file);
    if (planned.code === 0 && planned.log.saidDone) return DONE;
    if (planned.code !== CHANGES) return this.failed(planned);
    return this.unlessInterrupted() ?? (await this.isApproved()) ?? this.apply(file);
  }

  private async plan(file: string): Promise<Finished> {
    const { command, options = {}, print } = this.application;
    const more = [...(command === 'destroy' ? ['-destroy'] : []), ...(options.plan ?? []), ...(options.both ?? [])];
    const args = ['plan', '-detailed-exitcode', `-out=${file}`, ...more];
    const first = await this.terraform(args, withoutAdvice(print));
    const again = first.code === 1 && asksForInit(first.log.text) && !this.interruption.happened;
    // For example, the cache of providers was emptied.
    if (!again || (await this.initialize(true)) !== undefined) return first;
    return this.terraform(args, withoutAdvice(print));
  }

  private async isApproved(): Promise<Outcome | undefined> {
    const approved = await this.application.approve?.(this.stack, this.interruption.signal);
    return this.unlessInterrupted() ?? (approved === false ? DECLINED : undefined);
  }

  private async apply(file: string): Promise<Outcome> {
    const { options = {}, print } = this.application;
    const unfollow = this.state.keep();
    const since = Date.now() / 1000;
    const applied = await this.terraform(['apply', ...(options.both ?? []), file], print).finally(unfollow);
    applied.log.warnings.forEach(this.application.session.warn);
    const isDone = applied.code === 0 && applied.log.saidDone;
    const wasKilled = applied.signal !== undefined || (applied.code === 0 && !isDone);
    const more = await this.state.settle(applied.log.failure(), wasKilled ? since : undefined);
    return isDone ? DONE : this.failed(applied, more);
  }

  private async quietly(args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
    const { code, log } = await this.terraform(args, () => undefined);
    return { code, text: log.text };
  }

  private refusal(problem: string | undefined): Outcome | undefined {
    return problem === undefined ? undefined : { exitCode: 1, end: 'failed', failure: problem };
  }

  private async terraform(args: readonly string[], print: (line: string) => void): Promise<Finished> {
    const { terraform, session } = this.application;
    const log = new TerraformLog(session.hasColours ? print : (line) => print(withoutEscapes(line)));
    const [command = '', ...others] = args;
    const run = { program: terraform.command, directory: this.stack.directory, variables: this.variables };
    const end = await runTerraform(
      { ...run, args: [command, ...(ASKING.includes(command) ? ['-input=false'] : []), ...others], take: log.add },
      this.interruption,
    );
    log.end();
    return { ...end, log };
  }

  private unlessInterrupted(): Outcome | undefined {
    return this.interruption.happened ? { exitCode: INTERRUPTED, end: 'interrupted', failure: '' } : undefined;
  }

  private async failed(finished: Finished, more = ''): Promise<Outcome> {
    const { session, terraform } = this.application;
    const machine = thisMachine(this.stack, engineOf(session, this.stack), this.variables);
    const { directory } = session;
    const { problems } = finished.log;
    const containers = problems.length === 0 ? [] : await machine.listContainers();
    const said = explainFailure(problems, { stack: this.stack, directory, containers });
    const reasons = [said, more, abruptEnd(terraform.command, finished)].filter((reason) => reason !== '');
    return {
      exitCode: finished.code === 0 ? 1 : finished.code,
      end: this.interruption.happened ? 'interrupted' : 'failed',
      failure: reasons.join('\n\n'),
      isImageRace: !this.interruption.happened && isOnlyImageRace(finished.log.failure()),
    };
  }
}

/**
 * Returns a consumer of lines without Terraform's advice on how to apply a saved plan, which is the next step anyway.
 */
function withoutAdvice(print: (line: string) => void): (line: string) => void {
  let isOver = false;
  return (line) => {
    const text = withoutEscapes(line);
    isOver ||= /^Saved the plan to: /.test(text);
    if (!isOver && !/^─+$/.test(text)) print(line);
  };
}
