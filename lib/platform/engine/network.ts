import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { contentHash } from '../../values';
import type { JsonValue } from '../../values';
import { isInternal, Network } from '../../model/workload/network';
import type { NetworkSpec } from '../../model/workload/network';
import { DockerNetwork } from './resources';

const ISOLATED = {
  'com.docker.network.bridge.gateway_mode_ipv4': 'isolated',
  'com.docker.network.bridge.gateway_mode_ipv6': 'isolated',
};

type Attributes = Record<string, JsonValue | undefined>;

/** The part of a network's document that its name depends on. */
interface NetworkDocument {
  readonly resource: { readonly docker_network: Readonly<Record<string, Attributes>> };
}

/** Attributes that are not settings of the network itself. */
const NO_SETTINGS = ['name', '//', 'depends_on', 'lifecycle', 'provider'];

/**
 * A network whose name depends on its settings. A network can only be replaced, and Terraform makes the new one before
 * it removes the old one. An equal name would prevent that. Overrides count as settings.
 */
class NamedBySettings extends DockerNetwork {
  public constructor(
    scope: Construct,
    id: string,
    private readonly spec: NetworkSpec,
    options: Record<string, string> | undefined,
  ) {
    super(scope, id, { name: spec.name, driver: 'bridge', internal: spec.internal, options });
  }

  public override toTerraform(): NetworkDocument {
    const document: NetworkDocument = super.toTerraform();
    for (const network of Object.values(document.resource.docker_network)) {
      if (network.name === this.spec.name) network.name = `${this.spec.name}${this.suffix(network)}`;
    }
    return document;
  }

  private suffix(network: Attributes): string {
    const settings = Object.fromEntries(Object.entries(network).filter(([key]) => !NO_SETTINGS.includes(key)));
    const plain = { driver: 'bridge', internal: isInternal(this.spec.tier) };
    const isPlain = Token.isUnresolved(settings) || contentHash(settings) === contentHash(plain);
    return isPlain ? '' : `-${contentHash(settings, 6)}`;
  }
}

/** A bridge network. Its labels never change: that would replace it, and all containers with it. */
export class EngineNetwork extends Network {
  public readonly resource: DockerNetwork;
  /** The engine's id of the network: a name would not change with a network that was made again. */
  public readonly reference: string;

  public constructor(scope: Construct, id: string, spec: NetworkSpec, isolatedGateways: boolean) {
    super(scope, id, spec);
    this.resource = new NamedBySettings(
      this,
      'Resource',
      spec,
      spec.internal && isolatedGateways ? ISOLATED : undefined,
    );
    this.resource.overrideLogicalId(spec.tier);
    this.reference = this.resource.id;
  }

  public override get name(): string {
    const document: NetworkDocument = this.resource.toTerraform();
    return String(document.resource.docker_network[this.spec.tier]?.name);
  }
}
