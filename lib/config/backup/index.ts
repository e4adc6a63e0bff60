export {
  type Assertion,
  type BackupSettings,
  type JobSettings,
  type RepositorySettings,
  renderBackupSettings,
} from './backup-settings';
export { type Retention, retentionWords } from './retention';
export { type BarmanSettings, renderBarmanSettings } from './barman-settings';
