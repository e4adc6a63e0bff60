export type { DatabaseScriptModel, PostgresExtension, RetireScriptModel, RoleScriptModel } from './model';
export { renderRetireScript, renderRoleScript } from './scripts';
export { renderServerSettings, type ServerSetting } from './server-settings';
export { renderHostBasedAuthentication, renderStartScript, type StartScriptModel } from './start-script';
