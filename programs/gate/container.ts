/** A container's description, as far as the gate reads it. */
export interface Container {
  readonly Id: string;
  /** Name with a slash before it. */
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: ContainerState;
  readonly Config: ContainerConfig;
  readonly HostConfig: {
    readonly Memory?: number;
    readonly PidsLimit?: number | null;
    readonly RestartPolicy?: { readonly Name: string };
  };
}

/** State of a container. */
export interface ContainerState {
  readonly Status: string;
  readonly Running: boolean;
  readonly Paused?: boolean;
  readonly Restarting?: boolean;
  readonly OOMKilled?: boolean;
  readonly ExitCode: number;
  readonly Error?: string;
  readonly StartedAt?: string;
  readonly FinishedAt?: string;
  readonly Health?: { readonly Status: string; readonly Log?: readonly Check[] | null };
}

/** Configuration of a container. */
export interface ContainerConfig {
  readonly Labels?: Readonly<Record<string, string>> | null;
  /** Seconds. */
  readonly StopTimeout?: number | null;
  readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
  readonly Shell?: readonly string[] | null;
}

/** One run of a command in a container, such as its health check. */
export interface Check {
  readonly ExitCode: number;
  readonly Output: string;
}

/** A container in a list. */
export interface Listed {
  readonly Id: string;
  /** Seconds of the engine's clock. */
  readonly Created: number;
  readonly State?: string;
  /** Names with a slash before each. */
  readonly Names?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
}
