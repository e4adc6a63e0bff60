import { Construct } from 'constructs';
import { constructId } from '../stack/construct-id';

/**
 * The layers of a system, each with its own network. A service belongs to one tier. A service that connects to it joins
 * that tier, so the proxy never reaches the database although no rule says so.
 */
export type Tier = 'edge' | 'app' | 'data' | 'monitoring' | 'access' | 'egress';

export const Tier = {
  /** The proxy alone. */
  EDGE: 'edge',
  /** Services that the proxy routes to. They may reach the internet, unless the stack's `egress` is false. */
  APP: 'app',
  /** Databases. Internal: without a route to other machines. */
  DATA: 'data',
  /** Metrics, logs and traces. */
  MONITORING: 'monitoring',
  /** Joined by published services whose own network publishes no port on this platform. */
  ACCESS: 'access',
  /** Joined by services that must reach the internet although the stack's `egress` is false. */
  EGRESS: 'egress',
} as const;

/** Tiers without a route to other machines. */
const INTERNAL_TIERS: ReadonlySet<Tier> = new Set([Tier.DATA]);

export function isInternal(tier: Tier): boolean {
  return INTERNAL_TIERS.has(tier);
}

/** Name and reach of a network. */
export interface NetworkSpec {
  /** Name on the host, to which a platform may add. */
  readonly name: string;
  /** Tier that the network belongs to. */
  readonly tier: Tier;
  /** If true, the network has no route to the outside. */
  readonly internal: boolean;
}

/** A network of the stack. */
export abstract class Network extends Construct {
  /** Terraform expression by which the platform's resources refer to it. */
  public abstract readonly reference: string;

  public constructor(
    scope: Construct,
    id: string,
    /** Name and reach of the network. */
    public readonly spec: NetworkSpec,
  ) {
    super(scope, constructId(scope, id));
  }

  /** Name on the host. */
  public get name(): string {
    return this.spec.name;
  }
}
