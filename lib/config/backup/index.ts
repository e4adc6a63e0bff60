export {
  type Assertion,
  type BackupSettings,
  type JobSettings,
  type PlaceSettings,
  renderBackupSettings,
} from './backup-settings';
export { type Retention, retentionWords } from './retention';
