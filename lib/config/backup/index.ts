export { backupAlerts, type BackupAlerts, oldestResult } from './backup-alerts';
export {
  type Assertion,
  type BackupSettings,
  type EmailSettings,
  type JobSettings,
  type OwnFile,
  type RepositorySettings,
  renderBackupSettings,
} from './backup-settings';
export { type Retention, retentionWords } from './retention';
export { type BarmanSettings, renderBarmanSettings } from './barman-settings';
