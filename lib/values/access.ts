/**
 * Rights of a consumer on data.
 *
 * - `owner`: may change the schema. In PostgreSQL the session acts as the database's owner role. What one
 * consumer's migration creates therefore belongs to all owners, and the other consumers get their privileges on it.
 * - `readWrite`: may read and change rows, also of tables that are created later.
 * - `readOnly`: may read rows, also of tables that are created later.
 * - `monitor`: may read the server's statistics and settings, but no rows.
 */
export type Access = 'owner' | 'readWrite' | 'readOnly' | 'monitor';
