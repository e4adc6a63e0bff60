export type { DatabaseScriptModel, PostgresExtension, RetireScriptModel, RoleScriptModel } from './model';
export { renderRetireScript, renderRoleScript } from './scripts';
export { settingFindings, settingNotes, sharedMemoryFor, type ServerRoom } from './setting-checks';
export type { ServerSettings } from './setting-values';
export { renderServerSettings, type ServerSetting } from './server-settings';
export { renderHostBasedAuthentication, renderStartScript, type StartScriptModel } from './start-script';
