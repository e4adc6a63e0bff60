/**
 * Settings of a superuser's session. They come with the connection, so they override a consumer's settings of its
 * database or role. Each supported version of the server knows all of them.
 */
export const SESSION_OPTIONS: readonly string[] = [
  // Statements that hold a password must reach no log.
  'log_statement=none',
  'log_min_duration_statement=-1',
  'log_min_duration_sample=-1',
  'log_transaction_sample_rate=0',
  'log_min_error_statement=panic',
  'log_duration=off',
  'pg_stat_statements.track_utility=off',
  'pgaudit.log=none',
  'password_encryption=scram-sha-256',
  'client_min_messages=warning',
  'lc_messages=C',
  // Functions in a consumer's own schema must not replace the server's.
  'search_path=pg_catalog,pg_temp',
  'local_preload_libraries=',
  'role=none',
  'row_security=on',
  // Settings that change the meaning of text.
  'standard_conforming_strings=on',
  'datestyle=ISO',
  'intervalstyle=postgres',
  'transform_null_equals=off',
  // Settings that would stop the session.
  'default_transaction_read_only=off',
  'default_transaction_deferrable=off',
  'default_transaction_isolation=read\\ committed',
  'default_tablespace=',
  'default_table_access_method=heap',
  'temp_tablespaces=',
  'temp_file_limit=-1',
  'idle_session_timeout=0',
  'idle_in_transaction_session_timeout=0',
  // A lock that is never released must not stop a deployment forever.
  'statement_timeout=10min',
  'lock_timeout=60s',
];

/**
 * First statement of a session: it ignores relations that a consumer has put in the place of others. Servers know the
 * setting from 17.0, 16.4 and 15.8 on. They refuse a connection that states an unknown setting.
 */
export const READ_SYSTEM_RELATIONS = `SELECT pg_catalog.set_config(name, 'view, foreign-table', false)
  FROM pg_catalog.pg_settings WHERE name = 'restrict_nonsystem_relation_kind';`;
