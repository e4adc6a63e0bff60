import { Construct } from 'constructs';
import { assertHostVolumeName } from '../../values';
import { constructId } from '../stack/construct-id';
import type { Service } from './service';
import { stackContext } from '../stack/stack-context';
import type { Volume } from './volume';
import type { MountOptions } from './workload-parts';

/** A volume that something else made and keeps; see `DataVolume.fromName`. */
export class ExistingVolume extends Construct {
  public readonly volume: Volume;

  public constructor(scope: Construct, id: string, name: string) {
    super(scope, constructId(scope, id));
    assertHostVolumeName(this, 'volume name', name);
    const spec = { name, external: true, keep: true, data: true };
    this.volume = stackContext(this).environment.platform.createVolume(this, 'Volume', spec);
  }

  /** Mounts the volume into a service at an absolute path. */
  public mountInto(service: Service, path: string, options: MountOptions = {}): void {
    service.workload.addVolume(this.volume, path, options);
  }
}
