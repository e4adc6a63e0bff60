import type { DashboardTemplate } from '../../lib/config';
import { frame, plain } from './dashboard';
import { series, stat, table } from './panels';

const OF = '{job="<exporter>"}';
const IN_DATABASES = '{job="<exporter>",datname!~"template.*"}';
const by = (metric: string): string => `sum by (datname) (rate(${metric}${IN_DATABASES}[$__rate_interval]))`;

/** Labels that are the same in each line. */
const HIDDEN = ['__name__', 'environment', 'instance', 'job', 'service', 'system', 'version'];

/** A server, as its exporter sees it. */
export const POSTGRES: DashboardTemplate = {
  each: 'database',
  dashboard: plain(frame({ uid: '<dashboard>', title: '<service> (PostgreSQL)', tags: ['postgres'] })),
  rows: [
    {
      title: 'Now',
      panels: [
        stat(
          { title: 'State', at: [0, 0, 4, 4], bad: [1, 1e-3], texts: { 0: 'down', 1: 'up' } },
          `max(pg_up${OF}) or vector(0)`,
        ),
        stat(
          {
            title: 'Connections',
            at: [4, 0, 4, 4],
            unit: 'percentunit',
            decimals: 0,
            bad: [0.7, 0.8],
            description: 'Part of those that the server allows.',
          },
          `sum(pg_stat_activity_count${OF}) / max(pg_settings_max_connections${OF})`,
        ),
        stat(
          { title: 'Longest transaction', at: [8, 0, 4, 4], unit: 's', bad: [300, 900] },
          `max(pg_stat_activity_max_tx_duration${OF})`,
        ),
        stat(
          { title: 'Size', at: [12, 0, 4, 4], unit: 'bytes', description: 'Of all databases.' },
          `sum(pg_database_size_bytes${OF})`,
        ),
        stat(
          { title: 'Log on disk', at: [16, 0, 4, 4], unit: 'bytes', description: 'The write-ahead log.' },
          `max(pg_wal_size_bytes${OF})`,
        ),
        stat(
          {
            title: 'Kept for slots',
            at: [20, 0, 4, 4],
            unit: 'bytes',
            bad: [5e8, 1073741824],
            description: 'Of the log, for the slot that is furthest behind.',
          },
          `max(pg_replication_slots_pg_wal_lsn_diff${OF}) or vector(0)`,
        ),
      ],
    },
    {
      title: 'Work',
      panels: [
        series(
          { title: 'Transactions', at: [0, 0, 12, 8], unit: 'ops' },
          {
            '{{datname}} committed': by('pg_stat_database_xact_commit'),
            '{{datname}} rolled back': by('pg_stat_database_xact_rollback'),
          },
        ),
        series(
          { title: 'Rows', at: [12, 0, 12, 8], unit: 'ops' },
          {
            '{{datname}} read': by('pg_stat_database_tup_fetched'),
            '{{datname}} inserted': by('pg_stat_database_tup_inserted'),
            '{{datname}} updated': by('pg_stat_database_tup_updated'),
            '{{datname}} deleted': by('pg_stat_database_tup_deleted'),
          },
        ),
        series(
          { title: 'Connections', at: [0, 1, 12, 8] },
          {
            '{{state}}': `sum by (state) (pg_stat_activity_count{job="<exporter>",state!=""})`,
            allowed: `max(pg_settings_max_connections${OF})`,
          },
        ),
        series(
          { title: 'Reads answered from memory', at: [12, 1, 12, 8], unit: 'percentunit' },
          {
            '{{datname}}': `${by('pg_stat_database_blks_hit')} / (${by('pg_stat_database_blks_hit')} + ${by('pg_stat_database_blks_read')} > 0)`,
          },
        ),
        series({ title: 'Locks', at: [0, 2, 12, 8] }, { '{{mode}}': `sum by (mode) (pg_locks_count${OF})` }),
        series(
          { title: 'Deadlocks and temporary files', at: [12, 2, 12, 8], description: 'In five minutes.' },
          {
            '{{datname}} deadlocks': `sum by (datname) (increase(pg_stat_database_deadlocks${IN_DATABASES}[5m]))`,
            '{{datname}} temporary files': `sum by (datname) (increase(pg_stat_database_temp_files${IN_DATABASES}[5m]))`,
          },
        ),
      ],
    },
    {
      title: 'Store',
      panels: [
        series(
          { title: 'Size', at: [0, 0, 12, 8], unit: 'bytes' },
          {
            '{{datname}}': `max by (datname) (pg_database_size_bytes${IN_DATABASES})`,
          },
        ),
        series(
          { title: 'Log on disk, and kept for slots', at: [12, 0, 12, 8], unit: 'bytes' },
          {
            'on disk': `max(pg_wal_size_bytes${OF})`,
            'slot {{slot_name}}': `max by (slot_name) (pg_replication_slots_pg_wal_lsn_diff${OF}) or vector(0)`,
          },
        ),
        table(
          { title: 'Largest tables', at: [0, 1, 12, 8], unit: 'bytes' },
          `topk(10, pg_stat_user_tables_table_size_bytes${OF}) or label_replace(vector(0), "relname", "none", "", "")`,
          HIDDEN,
        ),
        table(
          { title: 'Dead rows', at: [12, 1, 12, 8], unit: 'short', description: 'Of the tables with most of them.' },
          `topk(10, pg_stat_user_tables_n_dead_tup${OF}) or label_replace(vector(0), "relname", "none", "", "")`,
          HIDDEN,
        ),
      ],
    },
  ],
};
