import { Construct } from 'constructs';
import { assertOptions, assertVolumeName, physicalName } from '../values';
import { assertReason } from './accepted';
import type { IBackupSource, VolumeSource } from './backup-source';
import { VOLUME_OPTIONS } from './option-names';
import type { Service } from './service';
import { ExistingVolume } from './existing-volume';
import { stackContext } from './stack-context';
import type { Volume } from './volume';
import type { MountOptions } from './workload-parts';
import { constructId } from './construct-id';

export interface DataVolumeProps {
  /**
   * Last part of the volume's name on the host, after the stack's. Changing it starts with an empty volume; the old one
   * stays on the host where the environment keeps data, and is removed where it does not.
   * @default - made from the construct's id
   */
  readonly name?: string;
  /**
   * Why its data may be lost: no `BackupJob` is asked for, although the environment keeps data.
   * @default - with `keepData`, a volume without a backup is refused
   */
  readonly acceptNoBackup?: string;
}

/**
 * A named volume for data of any service: uploads, an index, a queue. It survives every new revision and, in an
 * environment with `keepData`, the stack's destruction. Who writes to it is replaced stop-first.
 */
export class DataVolume extends Construct implements IBackupSource {
  /**
   * Returns a volume that something else made and keeps, such as a compose project: no deploy makes, changes or removes
   * it. Docker makes an empty one where it is missing.
   * @param name whole name on the host
   * @throws ConfigurationError for a name that Docker refuses
   */
  public static fromName(scope: Construct, id: string, name: string): ExistingVolume {
    return new ExistingVolume(scope, id, name);
  }

  public readonly volume: Volume;
  private readonly name: string;

  public constructor(scope: Construct, id: string, props: DataVolumeProps = {}) {
    super(scope, constructId(scope, id));
    assertOptions(this, props, VOLUME_OPTIONS);
    const { environment, stackName, volumeNames } = stackContext(this);
    this.name = props.name ?? physicalName([id]);
    assertVolumeName(this, 'volume name', this.name);
    const declared = `${stackName}-${this.name}`;
    const chosen = volumeNames[declared];
    // What a restore has put there, and what it put aside, is nothing that a plan may delete.
    const keep = environment.keepData === true || chosen !== undefined;
    const spec = { name: chosen ?? declared, declared, keep, data: true };
    this.volume = environment.platform.createVolume(this, 'Volume', spec);
    assertReason(this, 'acceptNoBackup', props.acceptNoBackup);
    if (props.acceptNoBackup === undefined) this.node.addValidation({ validate: () => this.unsaved() });
  }

  /** Data that is kept is worth a backup; asked when the stack is complete, because the backup is made after the volume. */
  private unsaved(): string[] {
    const { environment, savedVolumes } = stackContext(this);
    if (environment.keepData !== true || savedVolumes.includes(this.volume)) return [];
    return [
      'has no backup in an environment that keeps its data; add a `BackupJob` of it, or state in `acceptNoBackup` why its ' +
        'data may be lost',
    ];
  }

  /** Mounts it into a service at an absolute path. */
  public mountInto(service: Service, path: string, options: MountOptions = {}): void {
    service.workload.addVolume(this.volume, path, options);
  }

  public toBackupSource(): VolumeSource {
    return { kind: 'volume', name: this.name, volume: this.volume };
  }
}
