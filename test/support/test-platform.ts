import type { Construct } from 'constructs';
import { Network, stackContext, Tier, Volume, Workload } from '../../lib';
import type { DeployedService, LogDelivery, NetworkSpec, Platform, PlatformCommands } from '../../lib';
import type { ContainerPatterns, VolumeSpec, WorkloadSpec } from '../../lib';

class TestNetwork extends Network {
  public readonly reference = this.spec.name;
}

class TestVolume extends Volume {
  public readonly reference = this.spec.name;
}

/** All that a workload says once nothing can be added any more, as a platform reads it. */
export class TestWorkload extends Workload {
  public contents: ReadonlyMap<string, string> = new Map();
  public order: readonly string[] = [];

  public upstreamHosts(): readonly string[] {
    return [`tasks.${this.spec.hostname}`];
  }

  public discoveryName(hostname: string): string {
    return `tasks.${hostname}`;
  }

  protected renderResources(): void {
    const reloaded = this.reloadableConfigs.flatMap(({ directory, fileName, render }) => {
      const { content, companions = [], followed = [] } = render();
      const files = [{ fileName, content }, ...companions, ...followed];
      return files.map((file) => [`${directory}/${file.fileName}`, file.content] as const);
    });
    this.contents = new Map([
      ...this.configFiles.map(({ path, content }) => [path, String(content)] as const),
      ...reloaded,
    ]);
    this.order = this.startsAfter.map(({ spec }) => spec.hostname).sort();
  }
}

/** A platform in memory, without Terraform. Its answers differ from those of the Engine. */
export class TestPlatform implements Platform {
  public readonly name = 'Test';
  public readonly localAddress = '192.0.2.99';
  public readonly policies = [];
  public readonly commands: PlatformCommands = {
    containers: (service) => `testctl tasks ${service}`,
    inspect: (service) => `testctl show ${service}`,
    logs: (service) => `testctl logs ${service}`,
    usage: () => 'testctl usage',
    diskUsage: () => 'testctl disk',
    volumeUsers: (volume) => `testctl users ${volume}`,
  };
  public readonly logs: LogDelivery = {
    defaultTransport: { kind: 'forward', port: 4000 },
    ports: (_path, container) => [{ container, host: 4000, address: this.localAddress, protocol: 'tcp' }],
    tagPattern: (stack) => `^test ${stack} (?P<service>\\S+) (?P<container>\\S+)(?P<version>)$`,
  };
  /** Labels that were deployed before, by host name. */
  public deployed: Readonly<Record<string, ReadonlyMap<string, string>>> = {};

  public prepare(): void {}

  public createNetwork(scope: Construct, id: string, spec: NetworkSpec): Network {
    return new TestNetwork(scope, id, spec);
  }

  public createVolume(scope: Construct, id: string, spec: VolumeSpec): Volume {
    return new TestVolume(scope, id, spec);
  }

  public createWorkload(scope: Construct, id: string, spec: WorkloadSpec): Workload {
    return new TestWorkload(scope, id, spec);
  }

  /** A published port needs no second network here. */
  public tierToPublish(): Tier | undefined {
    return undefined;
  }

  public containerPatterns(stackName: string): ContainerPatterns {
    return { all: `/test/${stackName}/(\\w+)`, of: (hostname) => `/test/${stackName}/${hostname}` };
  }

  public deployedLabels(_scope: Construct, { hostname }: DeployedService): ReadonlyMap<string, string> | undefined {
    return this.deployed[hostname];
  }
}

/** The workload of a service on a TestPlatform. */
export function workloadOf(scope: Construct, hostname: string): TestWorkload {
  const service = stackContext(scope).services.find((one) => one.hostname === hostname);
  if (service === undefined) throw new Error(`no service ${hostname}`);
  return service.workload as TestWorkload;
}
