export type { DatabaseScriptModel, PostgresExtension, RoleScriptModel } from './model';
export { renderDatabaseScript, renderRoleScript } from './scripts';
export { renderServerSettings, type ServerSetting } from './server-settings';
export { renderHostBasedAuthentication, renderStartScript, type StartScriptModel } from './start-script';
