import { Container } from '@cdktf/provider-docker/lib/container';
import { Image } from '@cdktf/provider-docker/lib/image';
import { Network } from '@cdktf/provider-docker/lib/network';
import { DockerProvider as Provider } from '@cdktf/provider-docker/lib/provider';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import type { IConstruct } from 'constructs';
import type { HasPath } from '../../values';
import { asGiven } from '../shared/as-given';

type Attributes = Record<string, unknown>;

// The resources of the provider. Only this file makes them, so that every field of each is escaped and checked,
// including fields that a later version of the bindings adds.

/** A container that reports its overrides, so that an override makes a new revision like any other change. */
export class EngineContainer extends Container {
  private program: string | undefined;

  /**
   * Starts the container through arguments that are known only at deployment. A change of them does not replace it,
   * because their sources make a new revision.
   * @param words Terraform expression for the list of arguments after the entry point
   */
  public startThrough(entrypoint: readonly string[], args: string): void {
    this.entrypoint = [...entrypoint];
    this.resetCommand();
    this.program = args;
    this.ignore('command');
  }

  /** Leaves it to the gate to start the container. */
  public startByGate(): void {
    this.start = false;
    this.ignore('start');
  }

  private ignore(attribute: string): void {
    const ignored = this.lifecycle?.ignoreChanges;
    this.lifecycle = { ...this.lifecycle, ignoreChanges: [...(Array.isArray(ignored) ? ignored : []), attribute] };
  }

  public get overrides(): string {
    return JSON.stringify(this.rawOverrides);
  }

  /**
   * Refuses texts that would arrive changed.
   * @throws ConfigurationError for a text that Terraform would change
   */
  public assertAsGiven(): void {
    this.synthesizeAttributes();
  }

  protected override synthesizeAttributes(): Attributes {
    const attributes = asGiven(owner(this), super.synthesizeAttributes());
    return this.program === undefined ? attributes : { ...attributes, command: this.program };
  }
}

export class DockerImage extends Image {
  protected override synthesizeAttributes(): Attributes {
    return asGiven(owner(this), super.synthesizeAttributes());
  }
}

export class DockerNetwork extends Network {
  protected override synthesizeAttributes(): Attributes {
    return asGiven(owner(this), super.synthesizeAttributes());
  }
}

export class DockerVolume extends Volume {
  protected override synthesizeAttributes(): Attributes {
    return asGiven(owner(this), super.synthesizeAttributes());
  }
}

export class DockerProvider extends Provider {
  protected override synthesizeAttributes(): Attributes {
    return asGiven(owner(this), super.synthesizeAttributes());
  }
}

/** Returns the construct that a user knows. */
function owner({ node }: IConstruct): HasPath | undefined {
  return node.scope;
}
