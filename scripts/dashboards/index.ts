import type { DashboardTemplate } from '../../lib/config';
import { BACKUPS } from './backups';
import { HOSTS } from './hosts';
import { LOGS } from './logs';
import { OVERVIEW } from './overview';
import { POSTGRES } from './postgres';

/** The files of lib/assets/dashboards, by name. */
export const TEMPLATES: Readonly<Record<string, DashboardTemplate>> = {
  overview: OVERVIEW,
  postgres: POSTGRES,
  hosts: HOSTS,
  logs: LOGS,
  backups: BACKUPS,
};
