import * as path from 'node:path';
import { Container } from '@cdktf/provider-docker/lib/container';
import { Image as DockerImage } from '@cdktf/provider-docker/lib/image';
import { Network } from '@cdktf/provider-docker/lib/network';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { App, AssetType, LocalBackend, TerraformAsset, TerraformResource, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { Engine, EnvironmentStack, HealthCheck, Image, WorkerService } from '../../lib';

const IMAGE = 'example/worker:1.0.0';
const PROBE = ['true'];

/** N plain services, written with the library. */
export function libraryProgram(app: App, count: number): TerraformStack {
  const stack = new EnvironmentStack(app, { system: 'plain', environment: { name: 'bench', platform: new Engine() } });
  const image = Image.of(IMAGE);
  const healthCheck = HealthCheck.command(PROBE);
  for (let index = 0; index < count; index += 1) {
    new WorkerService(stack, `Worker${index}`, { hostname: `worker-${index}`, image, healthCheck, environment: { INDEX: String(index) } });
  }
  return stack;
}

class Revision extends TerraformResource {
  public constructor(
    scope: Construct,
    id: string,
    private readonly triggers: Record<string, unknown>,
  ) {
    super(scope, id, { terraformResourceType: 'terraform_data', lifecycle: { createBeforeDestroy: true } });
    this.overrideLogicalId(id);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: this.triggers };
  }
}

/** The same document, written with the generated bindings by somebody who knows what it should be. */
export function handWrittenProgram(app: App, count: number, revisions: readonly string[]): TerraformStack {
  const stack = new TerraformStack(app, 'plain-bench');
  new LocalBackend(stack, { path: '../../../state/plain-bench.tfstate' });
  new DockerProvider(stack, 'Docker', {});
  stack.addOverride('terraform.required_version', '>= 1.7.0');
  const gate = new TerraformAsset(stack, 'Gate', { path: path.resolve('lib/assets/gate'), type: AssetType.DIRECTORY });
  const network = new Network(stack, 'app', { name: 'plain-bench-app', driver: 'bridge', internal: false });
  network.overrideLogicalId('app');
  const image = new DockerImage(stack, 'image', { name: IMAGE, keepLocally: true });
  image.overrideLogicalId(imageId);
  for (let index = 0; index < count; index += 1) {
    const hostname = `worker-${index}`;
    new Revision(stack, `${hostname}-revision`, { revision: revisions[index], image: image.imageId, networks: [network.id] });
    new Container(stack, hostname, worker(hostname, index, image.imageId, network.id, gate.path)).overrideLogicalId(hostname);
  }
  return stack;
}

let imageId = '';

/** The document names images by a hash that nobody would write by hand; the comparison takes it over. */
export function useImageId(id: string): void {
  imageId = id;
}

function worker(
  hostname: string,
  index: number,
  image: string,
  network: string,
  gate: string,
): ConstructorParameters<typeof Container>[2] {
  return {
    name: `plain-bench-${hostname}-\${substr(terraform_data.${hostname}-revision.id, 0, 8)}`,
    hostname,
    image,
    env: [`INDEX=${index}`],
    readOnly: true,
    tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,mode=1777' },
    capabilities: { drop: ['ALL'] },
    securityOpts: ['no-new-privileges:true'],
    memory: 512,
    memorySwap: 512,
    cpuPeriod: 100_000,
    cpuQuota: 100_000,
    cpuShares: 1024,
    healthcheck: { test: ['CMD', ...PROBE], interval: '10s', timeout: '5s', retries: 3, startPeriod: '30s' },
    stopTimeout: 10,
    destroyGraceSeconds: 10,
    init: true,
    restart: 'unless-stopped',
    mustRun: true,
    logDriver: 'json-file',
    logOpts: { 'max-size': '10m', 'max-file': '3' },
    labels: [
      { label: 'docker-constructs.role', value: 'service' },
      { label: 'docker-constructs.stack', value: 'plain-bench' },
      { label: 'docker-constructs.workload', value: `plain-bench/${hostname}` },
    ],
    networksAdvanced: [{ name: network, aliases: [hostname] }],
    provisioners: [
      { type: 'local-exec', command: `node ${gate}/main.cjs healthy --container \${self.id} --timeout 105` },
    ],
    lifecycle: { createBeforeDestroy: true, ignoreChanges: ['log_opts'] },
  };
}
