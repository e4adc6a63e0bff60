export type { DatabaseScriptModel, PostgresExtension, RetireScriptModel, RoleScriptModel } from './model';
export { renderDatabaseScript, renderRetireScript, renderRoleScript } from './scripts';
export { renderServerSettings, type ServerSetting } from './server-settings';
export { renderHostBasedAuthentication, renderStartScript, type StartScriptModel } from './start-script';
