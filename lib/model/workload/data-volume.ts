import { Construct } from 'constructs';
import { assertOptions, assertVolumeName, physicalName } from '../../values';
import { assertReason } from '../stack/assert-reason';
import type { IBackupSource, VolumeSource } from '../capabilities/backup-source';
import { VOLUME_OPTIONS } from '../stack/option-shapes';
import type { Service } from './service';
import { ExistingVolume } from './existing-volume';
import { stackContext } from '../stack/stack-context';
import type { Volume } from './volume';
import type { MountOptions } from './workload-parts';
import { constructId } from '../stack/construct-id';

/** Options of a `DataVolume`. */
export interface DataVolumeProps {
  /**
   * Last part of the volume's name on the host, after the stack's. Changing it starts with an empty volume. The old one
   * stays on the host if the environment keeps data; otherwise it is removed.
   * @default - made from the construct's id
   */
  readonly name?: string;
  /**
   * Reason why the data may be lost. With a reason, no `BackupJob` is required.
   * @default - with `keepData`, a volume without a backup is refused
   */
  readonly acceptNoBackup?: string;
}

/**
 * A named volume for data of any service: uploads, an index, a queue. It survives every new revision and, in an
 * environment with `keepData`, the stack's destruction. The rollout of a service that writes to it is stop-first.
 */
export class DataVolume extends Construct implements IBackupSource {
  /**
   * Returns a volume that something else made and keeps, such as a compose project. No deploy makes, changes or removes
   * it. If it is missing, Docker makes an empty one.
   * @param name whole name on the host
   * @throws ConfigurationError for a name that Docker refuses
   */
  public static fromName(scope: Construct, id: string, name: string): ExistingVolume {
    return new ExistingVolume(scope, id, name);
  }

  /** The volume itself. */
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
    // A plan must not delete a volume that a restore put in place or set aside.
    const keep = environment.keepData === true || chosen !== undefined;
    const spec = { name: chosen ?? declared, declared, keep, data: true };
    this.volume = environment.platform.createVolume(this, 'Volume', spec);
    assertReason(this, 'acceptNoBackup', props.acceptNoBackup);
    if (props.acceptNoBackup === undefined) this.node.addValidation({ validate: () => this.unsaved() });
  }

  /**
   * Refuses kept data without a backup. It runs when the stack is complete, because the backup is made after the
   * volume.
   */
  private unsaved(): string[] {
    const { environment, backedUpVolumes } = stackContext(this);
    if (environment.keepData !== true || backedUpVolumes.includes(this.volume)) return [];
    return [
      'has no backup in an environment that keeps its data; add a `BackupJob` of it, or state in `acceptNoBackup` why its ' +
        'data may be lost',
    ];
  }

  /** Mounts the volume into a service at an absolute path. */
  public mountInto(service: Service, path: string, options: MountOptions = {}): void {
    service.workload.addVolume(this.volume, path, options);
  }

  public toBackupSource(): VolumeSource {
    return { kind: 'volume', name: this.name, volume: this.volume };
  }
}
