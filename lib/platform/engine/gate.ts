import { readFileSync } from 'node:fs';
import { AssetType, TerraformAsset } from 'cdktf';
import type { LocalExecProvisioner } from 'cdktf';
import type { Construct } from 'constructs';
import { programFile } from '../../program-folder';
import { contentHash } from '../../values';
import type { Duration } from '../../values';
import { STACK_LABEL, WORKLOAD_LABEL } from '../../model/stack/labels';
import type { EngineOptions } from './options';
import { asGiven } from '../shared/as-given';
import { expression } from '../shared/terraform-text';

/**
 * Limits of processes and threads of each container, by the label of its workload; '' for containers without the label.
 */
export type PidsLimits = Readonly<Record<string, number>>;

/** File of the gate program. */
const PROGRAM = programFile('gate', 'main.cjs');

/** Terraform expressions of a container that is never started: it prepares a revision, or writes a configuration. */
export interface Preparation {
  readonly id: string;
  readonly name: string;
}

export interface ReloadFiles {
  readonly workload: string;
  /** Files that the program loads: their staged and their final path. */
  readonly files: readonly { readonly staged: string; readonly live: string }[];
  /** Files that are put in place from `<path>.next` without a notification of the program. */
  readonly followed: readonly string[];
  readonly command: readonly string[];
  /** Signal that is sent when all files are in place. */
  readonly signal: string | undefined;
}

/**
 * The steps of a rollout that Terraform cannot do itself: provisioners run a small program against the engine's API. A
 * gate that fails makes the apply fail and prints the reason. The previous version keeps serving.
 */
export class EngineGate {
  private readonly program: TerraformAsset;

  public constructor(
    private readonly stack: Construct,
    private readonly engineArguments: readonly string[],
  ) {
    this.program = new TerraformAsset(stack, 'Gate', {
      path: PROGRAM,
      type: AssetType.FILE,
      assetHash: programHash(),
    });
  }

  public healthy(
    patience: Duration,
    undo: { readonly workload: string; readonly prepare?: string },
    limits: PidsLimits,
  ): LocalExecProvisioner {
    const predecessors =
      undo.prepare === undefined ? [] : ['--predecessors', label(undo.workload), '--prepare', undo.prepare];
    return this.step('healthy', ['--timeout', seconds(patience), ...predecessors], limited(limits));
  }

  /** Returns the gate of a resource whose triggers are the ids of the containers. */
  public allHealthy(patience: Duration, limits: PidsLimits): LocalExecProvisioner {
    const ids = expression('${join(" --container ", self.triggers_replace)}');
    return this.step('healthy', ['--timeout', seconds(patience)], limited(limits), ids);
  }

  /**
   * @param guarded names of data volumes; with any the gate starts the job, unless the data was restored since its last
   * run
   */
  public job(patience: Duration, limits: PidsLimits, guarded: readonly string[] = []): LocalExecProvisioner {
    const data = guarded.flatMap((name) => ['--data', name]);
    return this.step('job', ['--timeout', seconds(patience), ...data], limited(limits));
  }

  /** Returns the step that sets changed limits of all containers of the stack, without a restart. */
  public limits(stackName: string, limits: PidsLimits): LocalExecProvisioner {
    return this.run(['limits', '--target', `${STACK_LABEL}=${stackName}`], limited(limits));
  }

  /** Marks a container that is never started: its step is pending until its first name returns. */
  public open(): LocalExecProvisioner {
    return this.step('open', ['--name', expression('${self.name}')]);
  }

  /** Removes the marks. */
  public close(preparations: readonly Preparation[]): LocalExecProvisioner {
    return this.run(['close', ...preparations.flatMap(({ id, name }) => ['--container', id, '--name', name])], {});
  }

  public handover(workload: string, { id, name }: Preparation, grace: Duration): LocalExecProvisioner {
    const args = ['--name', name, '--predecessors', label(workload), '--grace', seconds(grace)];
    return this.step('handover', args, {}, id);
  }

  /** @param writer - container that brought the files */
  public reload(step: ReloadFiles, { id, name }: Preparation): LocalExecProvisioner {
    const followed = step.followed.flatMap((file) => ['--followed', file]);
    const files = step.files.flatMap(({ staged, live }) => ['--staged', staged, '--live', live]);
    const signal = step.signal === undefined ? [] : ['--signal', step.signal];
    const options = ['--name', name, '--target', label(step.workload), ...files, ...followed, ...signal];
    return this.step('reload', options, { GATE_EXEC: JSON.stringify(step.command) }, id);
  }

  private step(
    name: string,
    options: readonly string[],
    variables: Readonly<Record<string, string>> = {},
    container = expression('${self.id}'),
  ): LocalExecProvisioner {
    return this.run([name, '--container', container, ...options], variables);
  }

  private run(args: readonly string[], environment: Readonly<Record<string, string>>): LocalExecProvisioner {
    const command = ['node', this.program.path, ...args, ...this.engineArguments].join(' ');
    const given = asGiven(this.stack, { command, ...(Object.keys(environment).length === 0 ? {} : { environment }) });
    return { type: 'local-exec', command, ...given };
  }
}

let hash: string | undefined;

/** Returns a hash of our own, because the variants of the framework do not agree on theirs. */
function programHash(): string {
  hash ??= contentHash(readFileSync(PROGRAM, 'utf8'));
  return hash;
}

function limited(limits: PidsLimits): Readonly<Record<string, string>> {
  return { GATE_PIDS_LIMITS: JSON.stringify(limits) };
}

function label(workload: string): string {
  return `${WORKLOAD_LABEL}=${workload}`;
}

function seconds(duration: Duration): string {
  return String(Math.ceil(duration.toMillis() / 1000));
}

/** Returns the arguments after `node …/main.cjs` that name the engine; values must be free of shell metacharacters. */
export function engineArguments({ host, certificates, sshOptions = [] }: EngineOptions): readonly string[] {
  return [
    ...(host === undefined ? [] : ['--host', host]),
    ...(certificates === undefined ? [] : ['--cert-path', certificates]),
    ...sshOptions.map((word) => `--ssh-option=${word}`),
  ];
}
