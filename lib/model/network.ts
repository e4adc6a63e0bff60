import { Construct } from 'constructs';
import { constructId } from './construct-id';

/**
 * The layers of a system, each a network of its own. A service lives in one tier; who connects to it joins that tier,
 * so the proxy never meets the database although no rule says so.
 */
export type Tier = 'edge' | 'app' | 'data' | 'monitoring' | 'access' | 'egress';

export const Tier = {
  /** The proxy, and nothing else. */
  EDGE: 'edge',
  /** Services that the proxy routes to. They may reach the internet, unless the stack's `egress` is false. */
  APP: 'app',
  /** Databases. Internal: no way to other machines. */
  DATA: 'data',
  /** Metrics, logs and traces. */
  MONITORING: 'monitoring',
  /** Joined by a service whose port an environment exposes on 127.0.0.1. */
  ACCESS: 'access',
  /** Joined by what must reach the internet where the stack's `egress` is false. */
  EGRESS: 'egress',
} as const;

/** Tiers without a route to other machines. */
const INTERNAL_TIERS: ReadonlySet<Tier> = new Set([Tier.DATA]);

export function isInternal(tier: Tier): boolean {
  return INTERNAL_TIERS.has(tier);
}

export interface NetworkSpec {
  /** Name on the host, to which a platform may add. */
  readonly name: string;
  readonly tier: Tier;
  /** Without a route to the outside. */
  readonly internal: boolean;
}

/** A network of the stack. */
export abstract class Network extends Construct {
  /** How the platform's resources refer to it: a Terraform expression. */
  public abstract readonly reference: string;

  public constructor(
    scope: Construct,
    id: string,
    public readonly spec: NetworkSpec,
  ) {
    super(scope, constructId(scope, id));
  }

  /** Name on the host. */
  public get name(): string {
    return this.spec.name;
  }
}
