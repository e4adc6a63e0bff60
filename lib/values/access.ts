/**
 * What a consumer may do with data.
 *
 * - `owner`: may change the schema. In PostgreSQL the session acts as the database's owner role, so that what one
 *   consumer's migration creates belongs to all owners, and the privileges of the other consumers follow.
 * - `readWrite`: may read and change rows, of tables that are created later too.
 * - `readOnly`: may read rows, of tables that are created later too.
 * - `monitor`: may read the server's statistics and settings, and no row.
 */
export type Access = 'owner' | 'readWrite' | 'readOnly' | 'monitor';
