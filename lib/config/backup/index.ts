export { backupAlerts, type BackupAlerts, oldestResult } from './backup-alerts';
export { backupCharts } from './backup-charts';
export {
  type Assertion,
  type BackupSettings,
  type DrillSettings,
  type EmailSettings,
  type JobSettings,
  type OwnFile,
  type RepositorySettings,
  type VolumeSettings,
  renderBackupSettings,
} from './backup-settings';
export { type Retention, retentionWords } from './retention';
export { type BarmanSettings, renderBarmanSettings } from './barman-settings';
