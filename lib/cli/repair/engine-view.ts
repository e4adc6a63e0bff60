import { REVISION_LABEL, ROLE_LABEL, STACK_LABEL, WORKLOAD_LABEL } from '../../model/stack/labels';
import { askEngine, changeEngine } from '../engine/engine-request';
import type { AskOptions } from '../engine/engine-request';
import type { EngineAddress } from '../engine/engine-address';
import { RESTORED_LABEL } from '../restore/docker/labels';

/** A container of a stack. */
export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  /** Status, as in 'running', 'exited', 'created'. */
  readonly status: string;
  /** Seconds since 1970, by the engine's clock. */
  readonly created: number;
  readonly role: string;
  /** Value of the workload's label; '' for a container that only carries files. */
  readonly workload: string;
  readonly revision: string;
  /** Names of volumes that it mounts. */
  readonly volumes: readonly string[];
}

/** A network of the engine. */
export interface SeenNetwork {
  readonly id: string;
  readonly name: string;
}

interface ListedContainer {
  readonly Id: string;
  readonly Names?: readonly string[];
  readonly State?: string;
  readonly Created?: number;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly Mounts?: readonly { readonly Name?: string }[];
}

/** Milliseconds that a change may take: a database has 90 seconds to stop. */
const LONGEST_STOP = 300_000;

/** The part of an engine that belongs to a stack. */
export class EngineView {
  public constructor(
    private readonly address: EngineAddress,
    private readonly stack: string,
    private readonly options: AskOptions,
  ) {}

  /** Returns containers of the stack in any state, without those that restores made beside it. */
  public async containers(): Promise<readonly SeenContainer[]> {
    const all = await this.list({ label: [`${STACK_LABEL}=${this.stack}`] });
    return all.filter(({ Labels: labels }) => labels?.[RESTORED_LABEL] === undefined).map(seen);
  }

  /** Returns all containers of the engine that mount a volume. */
  public async usersOf(volume: string): Promise<readonly SeenContainer[]> {
    return (await this.list({ volume: [volume] })).map(seen);
  }

  /** Returns networks of the engine with one of these names. */
  public async networks(names: readonly string[]): Promise<readonly SeenNetwork[]> {
    const all = await this.get<readonly { readonly Id: string; readonly Name: string }[]>('/networks');
    return all.filter(({ Name: name }) => names.includes(name)).map(({ Id: id, Name: name }) => ({ id, name }));
  }

  /** Returns the names of the containers in a network. */
  public async endpoints(id: string): Promise<readonly string[]> {
    interface Endpoints {
      readonly Containers?: Readonly<Record<string, { readonly Name: string }>> | null;
    }
    const { Containers: all } = await this.get<Endpoints>(`/networks/${id}`);
    return Object.values(all ?? {}).map(({ Name: name }) => name);
  }

  /** Returns the names of all volumes of the engine. */
  public async volumes(): Promise<readonly string[]> {
    const { Volumes: all } = await this.get<{ readonly Volumes?: readonly { readonly Name: string }[] | null }>(
      '/volumes',
    );
    return (all ?? []).map(({ Name: name }) => name);
  }

  /** Returns names of volumes that restores of the stack have made. */
  public async restoredVolumes(): Promise<readonly string[]> {
    interface Labelled {
      readonly Name: string;
      readonly Labels?: Readonly<Record<string, string>> | null;
    }
    const filters = encodeURIComponent(JSON.stringify({ label: [RESTORED_LABEL] }));
    const { Volumes: all } = await this.get<{ readonly Volumes?: readonly Labelled[] | null }>(
      `/volumes?filters=${filters}`,
    );
    const isOwn = ({ Labels: labels }: Labelled): boolean =>
      labels?.[RESTORED_LABEL]?.startsWith(`${this.stack}/`) === true;
    return (all ?? []).filter(isOwn).map(({ Name: name }) => name);
  }

  /** Returns names of images that were built for the stack, in this version or an earlier one. */
  public async builtImages(): Promise<readonly string[]> {
    const filters = encodeURIComponent(JSON.stringify({ reference: [`${this.stack.toLowerCase()}/*`] }));
    const all = await this.get<readonly { readonly RepoTags?: readonly string[] | null }[]>(
      `/images/json?filters=${filters}`,
    );
    return all.flatMap(({ RepoTags: names }) => names ?? []);
  }

  /** Returns true if the engine has an image. */
  public hasImage(name: string): Promise<boolean> {
    return this.get(`/images/${encodeURIComponent(name)}/json`).then(
      () => true,
      () => false,
    );
  }

  /** Stops a container with its own timeout, and removes it with its anonymous volumes. */
  public async removeContainer({ id, status }: SeenContainer): Promise<void> {
    if (status !== 'created') {
      // With the policy `always` it would start again.
      await this.change('POST', `/containers/${id}/update`, { RestartPolicy: { Name: 'no' } });
      await this.change('POST', `/containers/${id}/stop`);
    }
    await this.change('DELETE', `/containers/${id}?v=true&force=true`);
  }

  public async startContainer({ id }: SeenContainer): Promise<void> {
    await this.change('POST', `/containers/${id}/start`);
    await this.change('POST', `/containers/${id}/update`, { RestartPolicy: { Name: 'always' } });
  }

  public removeNetwork({ id }: SeenNetwork): Promise<void> {
    return this.change('DELETE', `/networks/${id}`);
  }

  public removeVolume(name: string): Promise<void> {
    return this.change('DELETE', `/volumes/${encodeURIComponent(name)}`);
  }

  private list(filters: object): Promise<readonly ListedContainer[]> {
    return this.get(`/containers/json?all=true&filters=${encodeURIComponent(JSON.stringify(filters))}`);
  }

  private async get<T>(path: string): Promise<T> {
    return JSON.parse(await askEngine(this.address, path, this.options)) as T;
  }

  private change(method: 'POST' | 'DELETE', path: string, body?: object): Promise<void> {
    return changeEngine(this.address, { method, path, body }, { ...this.options, timeout: LONGEST_STOP });
  }
}

function seen(listed: ListedContainer): SeenContainer {
  const { Id: id, Names: names, State: status = '', Created: created = 0, Mounts: mounts = [] } = listed;
  const label = (name: string): string => listed.Labels?.[name] ?? '';
  return {
    id,
    name: names?.[0]?.replace(/^\//, '') ?? id.slice(0, 12),
    status,
    created,
    role: label(ROLE_LABEL),
    workload: label(WORKLOAD_LABEL),
    revision: label(REVISION_LABEL),
    volumes: mounts.flatMap(({ Name: name }) => (name === undefined ? [] : [name])),
  };
}
