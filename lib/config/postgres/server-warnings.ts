/** Prefix of a line of a job's log that the deploy repeats. */
const WARNING = 'docker-constructs warning:';

/**
 * First minor versions with the fixes that the boundary between consumers and the server relies on, by their
 * `server_version_num`: CVE-2024-7348 and CVE-2025-8713 to 8715 (dumps and statistics), CVE-2026-6473 and 6477
 * (memory).
 */
const FIRST_SAFE = [150_018, 160_014, 170_010, 180_004];

const OLD_MINOR = `SELECT ${FIRST_SAFE.map(isOlder).join('\n  OR ')} AS outdated,
  current_setting('server_version') AS found \\gset
\\if :outdated
  \\warn '${WARNING}' :place 'PostgreSQL' :found 'lacks corrections that protect the server from its consumers; use the newest image of this major version'
\\endif`;

const COLLATION = `SELECT count(*) > 0 AS resorted, translate(coalesce(string_agg(format('%I (%s, now %s)', name, version, found), ', '
    ORDER BY name), ''), E'\\n\\r', '  ') AS found
  FROM (SELECT datname, datcollversion, pg_database_collation_actual_version(oid) FROM pg_database WHERE datallowconn)
    AS one (name, version, found) WHERE version <> found \\gset
\\if :resorted
  \\warn '${WARNING}' :place 'indexes of these databases were sorted by another system than the server runs on:' :found
  \\warn '${WARNING}' :place 'rebuild them and refresh the versions: docs/postgres-service.md, A newer system under the same data'
\\endif`;

/** Warns of a server's problems in a job's log, which the deploy repeats; needs the variable `place`. */
export const SERVER_WARNINGS = `${OLD_MINOR}\n${COLLATION}`;

function isOlder(safe: number): string {
  const major = safe - (safe % 10_000);
  return `current_setting('server_version_num')::int BETWEEN ${major} AND ${safe - 1}`;
}
