import { sqlLiteral } from '../sql';

/** Prefix of the comment of each login. */
export const LOGIN_MARK = 'docker-constructs login of ';

/**
 * Returns the comment that marks the logins of one consumer. A login of its bare name is one too: the consumer has it
 * before its password has a value.
 */
export function loginMark(consumer: string, database: string): string {
  return `${LOGIN_MARK}${consumer} in ${database}`;
}

const OTHERS = `FROM pg_roles
  WHERE rolname <> :'role' AND rolcanlogin AND NOT rolsuper
    AND (shobj_description(oid, 'pg_authid') = :'mark'
      OR rolname = :'consumer' AND shobj_description(oid, 'pg_authid') IS NULL)`;

const RETIRED = `${OTHERS}
    AND rolvaliduntil < now() AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = pg_roles.oid)`;

/** Needs the variables `role`, `consumer`, `mark` and `database`, as the two below, and `grace`: '60 seconds'. */
export const EXPIRE = `
-- Sessions live on; until then new ones may begin. An end that was set earlier is not put off.
SELECT format('ALTER ROLE %I VALID UNTIL %L', rolname, now() + :'grace'::interval) ${OTHERS}
    AND (rolvaliduntil IS NULL OR rolvaliduntil > now() + :'grace'::interval) \\gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM %I CASCADE', :'database', rolname) ${RETIRED} \\gexec`;

/** Runs inside the database; also needs the variable `owner`. */
export const LEAVE_DATABASE = `SET LOCAL lock_timeout = '15s';
SELECT ${attempt('REASSIGN OWNED BY %1$I TO %2$I; DROP OWNED BY %1$I', "rolname, :'owner'")} ${RETIRED} \\gexec`;

export const DROP_LOGINS = `SELECT ${attempt('DROP ROLE %1$I', 'rolname')} ${RETIRED} \\gexec`;

/**
 * Returns a statement that may fail. A login that cannot be removed can no longer log in, and must not stop a
 * deployment. One that is gone was removed by another run at the same time.
 */
function attempt(statement: string, names: string): string {
  const failed =
    "EXCEPTION WHEN undefined_object THEN NULL; WHEN OTHERS THEN RAISE WARNING '%%', 'a retired login stays: ' || SQLERRM";
  return `format('DO %L', format(${sqlLiteral(`BEGIN ${statement}; ${failed}; END`)}, ${names}))`;
}
