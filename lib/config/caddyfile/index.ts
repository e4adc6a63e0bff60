export type { BasicAuthUser, CaddyAcme, CaddyfileModel, CaddyTls, Route, Site, StaticFiles } from './model';
export { renderCaddyfile } from './render';
export { SECURITY_HEADERS } from './security-headers';
