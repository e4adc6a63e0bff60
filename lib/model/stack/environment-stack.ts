import { join } from 'node:path';
import { Aspects, TerraformStack } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { ConfigurationError, pathOf } from '../../values';
import { followDependencies } from '../workload/declared-order';
import { fillDerivedSecrets } from '../secrets/derived-secrets';
import type { Environment } from './environment';
import { assertEnvironment, assertSettings } from './environment-check';
import type { EnvironmentStackProps } from './environment-stack-props';
import { addBackend } from './state-backend';
import { assertOneFramework } from './framework-check';
import { writeManifest } from './manifest';
import type { Network, Tier } from '../workload/network';
import type { Finding } from './policy';
import { renderedResources } from './rendered-resources';
import type { Service } from '../workload/service';
import { provideStackContext, stackContext } from './stack-context';
import type { StackContext } from './stack-context';
import { StackContents } from './stack-contents';
import { findingOf, stackFindings } from './stack-findings';
import { stackNameOf } from './stack-names';
import { addOutputs } from './stack-outputs';
import { duplicateResources } from './duplicate-resources';

/** One system in one environment: a Terraform stack named `<system>-<environment>`. */
export class EnvironmentStack extends TerraformStack {
  /** Facts about the stack, and everything that its constructs added to it. For constructs of your own. */
  public readonly context: StackContext;
  private readonly contents: StackContents;
  private settled = false;

  /**
   * Returns the stack that a construct belongs to.
   * @throws ConfigurationError for a construct outside of such a stack
   */
  public static override of(construct: IConstruct): EnvironmentStack {
    return stackContext(construct).root as EnvironmentStack;
  }

  public constructor(scope: Construct, props: EnvironmentStackProps) {
    const stackName = stackNameOf(scope, props.system, props.environment);
    super(scope, stackName);
    assertOneFramework(this);
    assertEnvironment(this, props.environment);
    assertSettings(this, props);
    this.contents = new StackContents(this, stackName, props);
    this.context = this.contents;
    provideStackContext(this, this.contents);
    this.contents.localState = addBackend(this, stackName, props.backend);
    this.environment.platform.prepare(this);
    this.settleBeforeSynthesis();
  }

  /** `<system>-<environment>`: first part of every name on the host. */
  public get stackName(): string {
    return this.contents.stackName;
  }

  /** The environment of the stack. */
  public get environment(): Environment {
    return this.contents.environment;
  }

  /** Returns the network of a tier, and makes it on the first call. */
  public network(tier: Tier): Network {
    return this.contents.network(tier);
  }

  /**
   * Calls back when the program is complete, before anything is rendered. The callback may look at the whole stack and
   * still add to it. A callback that is added during a callback runs after all others.
   */
  public beforeRender(callback: () => void): void {
    this.contents.beforeRender(callback);
  }

  public override prepareStack(): void {
    this.settle();
    super.prepareStack();
  }

  /**
   * Renders all constructs. Synthesis calls it before other aspects see the stack's children; adding to a workload
   * afterwards is an error.
   */
  private settle(): void {
    if (this.settled) return;
    this.contents.close();
    this.settled = true;
    followDependencies(this.contents);
    fillDerivedSecrets(this.contents);
    this.report(stackFindings(this.contents));
    addOutputs(this, this.contents);
    for (const service of this.contents.services) this.report(this.render(service));
  }

  /** Reports all findings at once, in the one kind of error that this library throws. */
  public override runAllValidations(): void {
    const lines = this.node
      .findAll()
      .flatMap((construct) => construct.node.validate().map((message) => findingLine(pathOf(construct), message)));
    if (lines.length === 0) {
      lines.push(...duplicateResources(this).map(({ construct, message }) => findingLine(pathOf(construct), message)));
    }
    if (lines.length > 0) throw new ConfigurationError(undefined, lines.join('\n'));
  }

  /**
   * Returns the document for Terraform, checked by the platform's policies. Overrides are included, and nothing is
   * written if one of them breaks a rule.
   */
  public override toTerraform(): unknown {
    const document: unknown = super.toTerraform();
    const { platform, requireImageDigests = false } = this.environment;
    const subject = { resources: renderedResources(document), requireImageDigests };
    const findings = platform.policies.flatMap((policy) => policy.check(subject));
    if (findings.length === 0) return document;
    const lines = findings.map(({ path: at, message }) => findingLine(at, message));
    throw new ConfigurationError(undefined, lines.join('\n'));
  }

  private render(service: Service): readonly Finding[] {
    try {
      service.workload.render();
      return [];
    } catch (error) {
      if (!ConfigurationError.isConfigurationError(error)) throw error;
      return [findingOf(error, service)];
    }
  }

  private report(findings: readonly Finding[]): void {
    for (const { construct, message } of findings) construct.node.addValidation({ validate: () => [message] });
  }

  private settleBeforeSynthesis(): void {
    Aspects.of(this).add({ visit: (node: IConstruct) => (node === this ? this.settle() : undefined) });
    const inner = this.synthesizer;
    this.synthesizer = {
      synthesize: (session) => {
        inner.synthesize(session);
        const { workingDirectory } = session.manifest.forStack(this);
        writeManifest(join(session.outdir, workingDirectory), this.contents);
      },
    };
  }
}

function findingLine(at: string, message: string): string {
  return `[${at}] ${message}`;
}
