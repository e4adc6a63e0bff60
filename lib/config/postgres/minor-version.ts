/**
 * First minor versions with the fixes that the boundary between consumers and the server relies on, by their
 * `server_version_num`: CVE-2024-7348 and CVE-2025-8713 to 8715 (dumps and statistics), CVE-2026-6473 and 6477
 * (memory).
 */
const FIRST_SAFE = [150_018, 160_014, 170_010, 180_004];

/** Warns in the job's log if the server is older than these fixes. */
export const WARN_OF_OLD_MINOR = `SELECT ${FIRST_SAFE.map(isOlder).join('\n  OR ')} AS outdated,
  current_setting('server_version') AS found \\gset
\\if :outdated
  \\warn 'WARNING: PostgreSQL' :found 'lacks corrections that protect the server from its consumers; use the newest image of this major version'
\\endif`;

function isOlder(safe: number): string {
  const major = safe - (safe % 10_000);
  return `current_setting('server_version_num')::int BETWEEN ${major} AND ${safe - 1}`;
}
