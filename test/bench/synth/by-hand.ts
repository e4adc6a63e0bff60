import * as path from 'node:path';
import { Container } from '@cdktf/provider-docker/lib/container';
import type { ContainerConfig } from '@cdktf/provider-docker/lib/container';
import { Image } from '@cdktf/provider-docker/lib/image';
import { Network } from '@cdktf/provider-docker/lib/network';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { AssetType, LocalBackend, TerraformAsset, TerraformResource, TerraformStack } from 'cdktf';
import type { TerraformResourceConfig } from 'cdktf';
import type { Construct } from 'constructs';
import { IMAGE, PROBE } from './plain';
import type { Known, Program } from './plain';

/** Workers that one gate looks after. */
const GROUP = 100;
const GATE = path.join(__dirname, '../../../programs/gate/main.cjs');

/** The generated bindings have no `terraform_data`. */
class Revision extends TerraformResource {
  public constructor(
    scope: Construct,
    id: string,
    private readonly triggers: Readonly<Record<string, unknown>> | readonly string[],
    config: Pick<TerraformResourceConfig, 'provisioners'> = {},
  ) {
    super(scope, id, { ...config, terraformResourceType: 'terraform_data', lifecycle: { createBeforeDestroy: true } });
    this.overrideLogicalId(id);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: this.triggers };
  }
}

/** The same document, written with the generated bindings by somebody who knows what it should be. */
export const program: Program = (app, count, known) => {
  const stack = new TerraformStack(app, 'plain-bench');
  new LocalBackend(stack, { path: '../../../state/plain-bench.tfstate' });
  new DockerProvider(stack, 'Docker', {});
  stack.addOverride('terraform.required_version', '>= 1.7.0');
  const shared = sharedResources(stack, known);
  for (let index = 0; index < count; index += 1) addWorker(stack, shared, index, known.revisions[index]);
  for (let first = 0; first < count; first += GROUP) addGate(stack, shared, first, Math.min(count, first + GROUP));
};

interface Shared {
  readonly image: string;
  readonly network: string;
  readonly gate: string;
}

function sharedResources(stack: TerraformStack, known: Known): Shared {
  const gate = new TerraformAsset(stack, 'Gate', { path: GATE, type: AssetType.FILE, assetHash: known.gate });
  const network = new Network(stack, 'app', { name: 'plain-bench-app', driver: 'bridge', internal: false });
  network.overrideLogicalId('app');
  const image = new Image(stack, 'image', { name: IMAGE, keepLocally: true });
  image.overrideLogicalId(known.image);
  // Once: every reference costs a stack trace, and a careful author would not ask 4,000 times either.
  return { image: image.imageId, network: network.id, gate: gate.path };
}

function addWorker(stack: TerraformStack, shared: Shared, index: number, revision: string | undefined): void {
  const hostname = `worker-${index}`;
  new Revision(stack, `${hostname}-revision`, { revision, image: shared.image, networks: [shared.network] });
  new Container(stack, hostname, worker(shared, hostname, index)).overrideLogicalId(hostname);
}

/** One look at all workers of a group. */
function addGate(stack: TerraformStack, { gate }: Shared, first: number, end: number): void {
  const ids = Array.from({ length: end - first }, (_, index) => `\${docker_container.worker-${first + index}.id}`);
  const args = ['healthy', '--container', '${join(" --container ", self.triggers_replace)}', '--timeout', '105'];
  const command = `node ${gate} ${args.join(' ')}`;
  new Revision(stack, `services-healthy${first === 0 ? '' : `-${first / GROUP + 1}`}`, ids, {
    provisioners: [{ type: 'local-exec', command }],
  });
}

function worker({ image, network }: Shared, hostname: string, index: number): ContainerConfig {
  const revision = `\${substr(terraform_data.${hostname}-revision.id, 0, 8)}`;
  return {
    name: `plain-bench-${hostname}-\${substr(uuid(), 0, 8)}`,
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
    restart: 'always',
    mustRun: true,
    logDriver: 'json-file',
    logOpts: { 'max-size': '10m', 'max-file': '3' },
    labels: [
      { label: 'docker-constructs.role', value: 'service' },
      { label: 'docker-constructs.stack', value: 'plain-bench' },
      { label: 'docker-constructs.revision', value: revision },
      { label: 'docker-constructs.workload', value: `plain-bench/${hostname}` },
    ],
    networksAdvanced: [{ name: network, aliases: [hostname] }],
    lifecycle: { createBeforeDestroy: true, ignoreChanges: ['name', 'log_opts'] },
  };
}
