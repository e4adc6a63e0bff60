import { yamlText } from '../prometheus/yaml-text';

/**
 * Returns an additional query of the exporter: databases whose text was sorted by another version of the system's
 * library than the image's. Any login may run it.
 */
export function renderPostgresQueries(): string {
  return yamlText({
    pg_database_collation: {
      query:
        'SELECT datname, (datcollversion <> pg_database_collation_actual_version(oid))::int AS mismatch FROM pg_database ' +
        'WHERE datallowconn AND datcollversion IS NOT NULL AND pg_database_collation_actual_version(oid) IS NOT NULL',
      metrics: [
        { datname: { usage: 'LABEL', description: 'Name of the database' } },
        {
          mismatch: {
            usage: 'GAUGE',
            description: '1 where the collation version of the system differs from that of the data',
          },
        },
      ],
    },
  });
}
