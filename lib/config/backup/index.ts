export {
  type Assertion,
  type BackupSettings,
  type DrillSettings,
  type JobSettings,
  type RepositorySettings,
  type VolumeSettings,
  renderBackupSettings,
} from './backup-settings';
export { type Retention, retentionWords } from './retention';
