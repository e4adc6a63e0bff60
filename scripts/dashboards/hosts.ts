import type { DashboardTemplate } from '../../lib/config';
import { DISKS, frame, plain } from './dashboard';
import { series } from './panels';

const OF = '{job="<node>"}';
const rate = (metric: string, labels = ''): string => `rate(${metric}{job="<node>"${labels}}[$__rate_interval])`;

/** The machine, and what of it each service takes. */
export const HOSTS: DashboardTemplate = {
  dashboard: plain(frame({ uid: 'hosts', title: 'host and containers', tags: ['host'] })),
  rows: [
    {
      title: 'Host (<node>)',
      each: 'host',
      panels: [
        series(
          { title: 'CPU', at: [0, 0, 12, 8], unit: 'percentunit' },
          {
            '{{mode}}': `sum by (mode) (${rate('node_cpu_seconds_total', ',mode!="idle"')}) / scalar(count(node_cpu_seconds_total{job="<node>",mode="idle"}))`,
          },
        ),
        series(
          { title: 'Load', at: [12, 0, 12, 8] },
          {
            '1 minute': `node_load1${OF}`,
            '15 minutes': `node_load15${OF}`,
            processors: `count(node_cpu_seconds_total{job="<node>",mode="idle"})`,
          },
        ),
        series(
          { title: 'Memory', at: [0, 1, 12, 8], unit: 'bytes' },
          {
            used: `node_memory_MemTotal_bytes${OF} - node_memory_MemAvailable_bytes${OF}`,
            total: `node_memory_MemTotal_bytes${OF}`,
            'swapped out': `node_memory_SwapTotal_bytes${OF} - node_memory_SwapFree_bytes${OF}`,
          },
        ),
        series(
          { title: 'Free on disks', at: [12, 1, 12, 8], unit: 'percentunit' },
          {
            '{{mountpoint}}': `node_filesystem_avail_bytes{job="<node>",${DISKS}} / node_filesystem_size_bytes{job="<node>",${DISKS}}`,
          },
        ),
        series(
          {
            title: 'Disks in use',
            at: [0, 2, 12, 8],
            unit: 'percentunit',
            description: 'Part of the time in which something was read or written.',
          },
          {
            '{{device}}': rate('node_disk_io_time_seconds_total'),
          },
        ),
        series(
          { title: 'Read and written', at: [12, 2, 12, 8], unit: 'Bps' },
          {
            '{{device}} read': rate('node_disk_read_bytes_total'),
            '{{device}} written': rate('node_disk_written_bytes_total'),
          },
        ),
      ],
    },
    {
      title: 'Containers',
      each: 'containers',
      panels: [
        series(
          { title: 'CPU', at: [0, 0, 12, 9], description: 'Processors in use.' },
          {
            '{{service}}':
              'sum by (service) (rate(container_cpu_usage_seconds_total{job="<cadvisor>"}[$__rate_interval]))',
          },
        ),
        series(
          { title: 'Memory', at: [12, 0, 12, 9], unit: 'bytes' },
          {
            '{{service}}': 'sum by (service) (container_memory_working_set_bytes{job="<cadvisor>"})',
          },
        ),
        series(
          { title: 'Memory, of the limit', at: [0, 1, 12, 9], unit: 'percentunit' },
          {
            '{{service}}':
              'max by (service) (container_memory_working_set_bytes{job="<cadvisor>"} / (container_spec_memory_limit_bytes{job="<cadvisor>"} > 0))',
          },
        ),
        series(
          {
            title: 'Held back by the CPU limit',
            at: [12, 1, 12, 9],
            unit: 'percentunit',
            description: 'Part of the periods.',
          },
          {
            '{{service}}':
              'max by (service) (rate(container_cpu_cfs_throttled_periods_total{job="<cadvisor>"}[$__rate_interval]) / (rate(container_cpu_cfs_periods_total{job="<cadvisor>"}[$__rate_interval]) > 0)) or vector(0)',
          },
        ),
      ],
    },
    {
      title: 'Monitoring',
      panels: [
        series(
          { title: 'Series', at: [0, 0, 8, 8] },
          { series: 'sum(prometheus_tsdb_head_series{job="<prometheus>"})' },
        ),
        series(
          { title: 'Samples', at: [8, 0, 8, 8], unit: 'ops' },
          {
            'a second': 'sum(rate(prometheus_tsdb_head_samples_appended_total{job="<prometheus>"}[$__rate_interval]))',
          },
        ),
        series(
          { title: 'Stored', at: [16, 0, 8, 8], unit: 'bytes' },
          {
            bytes: 'sum(prometheus_tsdb_storage_blocks_bytes{job="<prometheus>"})',
          },
        ),
      ],
    },
  ],
};
