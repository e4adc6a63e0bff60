import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { stackContext } from '../../model/stack/stack-context';
import { Volume } from '../../model/workload/volume';
import type { VolumeSpec } from '../../model/workload/volume';
import { DockerVolume } from './resources';

/**
 * A named volume. A kept volume is not a resource. The engine makes it with the first container that mounts it, and no
 * plan, destroy or renamed construct can delete it. If an earlier deploy had it as a resource, the `removed` block
 * makes Terraform forget it without touching it.
 */
export class EngineVolume extends Volume {
  public readonly resource: DockerVolume | undefined;

  public constructor(scope: Construct, id: string, spec: VolumeSpec) {
    super(scope, id, spec);
    const logicalId = (spec.declared ?? spec.name).slice(stackContext(this).stackName.length + 1);
    this.resource = spec.keep ? undefined : this.render(logicalId);
    if (spec.keep && spec.external !== true) forget(TerraformStack.of(this), logicalId);
  }

  public get reference(): string {
    return this.resource?.name ?? this.spec.name;
  }

  private render(logicalId: string): DockerVolume {
    const resource = new DockerVolume(this, 'Resource', {
      name: this.spec.name,
      driver: 'local',
      lifecycle: { ignoreChanges: ['labels', 'driver_opts'] },
    });
    resource.overrideLogicalId(logicalId);
    return resource;
  }
}

const forgotten = new WeakMap<TerraformStack, unknown[]>();

function forget(stack: TerraformStack, logicalId: string): void {
  const blocks = [
    ...(forgotten.get(stack) ?? []),
    { from: `docker_volume.${logicalId}`, lifecycle: { destroy: false } },
  ];
  forgotten.set(stack, blocks);
  stack.addOverride('removed', blocks);
}
