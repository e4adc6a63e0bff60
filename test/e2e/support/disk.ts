import { rmSync } from 'node:fs';
import { docker } from './docker';
import { must } from './command';

/** A small disk of its own, in a file, and a volume on it. */
export class Disk {
  private constructor(
    private readonly file: string,
    private readonly device: string,
    private readonly volume: string,
  ) {}

  /** The volume has to be made before anybody names it; what is deployed then takes it as it is. */
  public static async make(file: string, volume: string, size: string): Promise<Disk> {
    await must('truncate', ['--size', size, file]);
    await must('mkfs.ext4', ['-q', '-m', '0', '-E', 'root_owner=999:999', file]);
    const device = (await must('losetup', ['--find', '--show', file])).trim();
    await docker('volume', 'create', '--opt=type=ext4', `--opt=device=${device}`, volume);
    return new Disk(file, device, volume);
  }

  /** Nobody may use the volume any more. */
  public async remove(): Promise<void> {
    await docker('volume', 'rm', '--force', this.volume);
    await must('losetup', ['--detach', this.device]);
    rmSync(this.file);
  }
}
