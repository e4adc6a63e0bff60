/** Time that a session of a script waits for a lock before the session that holds it is ended. */
const PATIENCE = '5 seconds';

/**
 * A psql beside the sessions of a script, which checks every second for sessions that block them. A consumer's session
 * is ended and named, a superuser's is only named. A consumer's locks would otherwise stop each deploy.
 *
 * It finds the sessions of a script by their application name. Only those of superusers count, because a consumer can
 * use any application name.
 */
export const LOCK_GUARD: readonly string[] = [
  '# Names the sessions that keep this script waiting for a lock, and ends those of consumers.',
  'PGAPPNAME="docker-constructs $(od -An -N8 -tx1 /dev/urandom | tr -d \' \\n\')"',
  'export PGAPPNAME',
  "PGDATABASE=postgres psql -XAtq >&2 <<'SQL' &",
  `SELECT format(CASE WHEN r.rolsuper THEN 'waited for' ELSE 'ended' END || ' session %s of role %I (application %s), which held a lock (%s)%s',
    h.pid, h.usename, quote_literal(h.application_name), w.wait_event,
    CASE WHEN NOT r.rolsuper AND NOT pg_terminate_backend(h.pid) THEN ' and was gone already' END)
  FROM pg_stat_activity w JOIN pg_roles own ON own.oid = w.usesysid AND own.rolsuper
    CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocking (pid)
    JOIN pg_stat_activity h ON h.pid = blocking.pid JOIN pg_roles r ON r.oid = h.usesysid
  WHERE w.application_name = current_setting('application_name') AND w.wait_event_type = 'Lock'
    AND w.query_start < clock_timestamp() - interval '${PATIENCE}'
    AND (NOT r.rolsuper OR w.query_start > clock_timestamp() - interval '${PATIENCE}' - interval '1 second') \\watch 1`,
  'SQL',
  'guard=$!',
  'trap \'kill "$guard" 2>/dev/null || :\' EXIT',
];
