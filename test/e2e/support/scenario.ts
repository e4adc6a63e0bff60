/** A stack of one worker, which a deploy is to fail or to work for. */
export interface Trial {
  /** Image of the worker; it is built of the project's folder `built` where there is none. */
  readonly image?: string;
  /** Port of the host that an API publishes beside the worker. */
  readonly port?: number;
  /** Address of a registry that is asked with the login of the docker command. */
  readonly registry?: string;
}

/** One deployment of MnemoLite: what a test varies. It travels as a JSON file to the program that is synthesized. */
export interface Scenario {
  /** Name of the environment; the stack is `mnemolite-<name>`. */
  readonly name: string;
  /** Host ports. */
  readonly http: number;
  readonly https?: number;
  readonly postgresPort?: number;
  /** What `GET /version` answers. */
  readonly version?: string;
  /** Makes the API or its migration misbehave; see stacks/mnemolite/api/mnemolite/settings.py. */
  readonly fault?: string;
  readonly replicas?: number;
  /** Value of the header `X-Edition` that the proxy adds. */
  readonly edition?: string;
  /** Answers with the header `X-Extra` under `/extra/*`. */
  readonly extraRoute?: boolean;
  /** Adds a worker that sleeps for so long, and one beside it. What is no number makes it fail. */
  readonly worker?: string;
  /** False makes the worker one that stops first. */
  readonly workerOverlap?: boolean;
  readonly workMemory?: number;
  /** Adds backups of the database into a volume. */
  readonly backup?: boolean;
  /** A stack of services that write to volumes, and backups of these, in place of MnemoLite. */
  readonly volumes?: boolean;
  /** A stack with one build, in place of MnemoLite. Its source is in the project's folder `built`. */
  readonly builds?: boolean;
  /** A stack of programs that start in different ways, in place of MnemoLite. Their image is in the folder `started`. */
  readonly starts?: boolean;
  /** A small stack whose rollout is cut off, in place of MnemoLite. */
  readonly kills?: boolean;
  /** A stack of one service that is told by this, in place of MnemoLite. */
  readonly trial?: Trial;
  /** A stack of a proxy on all addresses and of workers with overrides, in place of MnemoLite. */
  readonly overrides?: boolean;
  /** Gives that build a named context and a cache, which the pinned provider does not know. */
  readonly buildContexts?: boolean;
  /** Adds backups into a volume and into this directory, which stands for another machine's. */
  readonly away?: string;
  /** Besides, keeps the log with these. */
  readonly pitr?: boolean;
  /** Whatever takes part in backups reads a clock that a test moves: the image has to be `postgres:clock`. */
  readonly clock?: boolean;
  /** Adds monitoring, which tells the address in secret `hook`; its Prometheus is on this port. */
  readonly prometheus?: number;
  /** Where logs are sent, and Loki and Tempo are asked, where there are images of them. */
  readonly logs?: number;
  readonly loki?: number;
  readonly tempo?: number;
  /** Adds a rule to it, and tells of an alert again at another time. */
  readonly rule?: string;
  /** Adds an access log to it, with which Alloy does something else. */
  readonly accessLog?: boolean;
  readonly keepData?: boolean;
  readonly tls?: boolean;
  readonly sourceMounts?: boolean;
  /** Version of the Terraform provider in place of the pinned one. */
  readonly provider?: string;
}

export const SCENARIO_FILE = 'scenario.json';

export function stackNameOf(scenario: Scenario): string {
  return `mnemolite-${scenario.name}`;
}
