import { Network as DockerNetwork } from '@cdktf/provider-docker/lib/network';
import type { Construct } from 'constructs';
import { Network } from '../model/network';
import type { NetworkSpec } from '../model/network';

/** A bridge network. Its labels never change: that would replace it, and all containers with it. */
export class EngineNetwork extends Network {
  public readonly resource: DockerNetwork;
  /** The engine's id of it: a name would not follow a network that was made again. */
  public readonly reference: string;

  public constructor(scope: Construct, id: string, spec: NetworkSpec) {
    super(scope, id, spec);
    this.resource = new DockerNetwork(this, 'Resource', { name: spec.name, driver: 'bridge', internal: spec.internal });
    this.resource.overrideLogicalId(spec.tier);
    this.reference = this.resource.id;
  }
}
