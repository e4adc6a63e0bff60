export { PUBLIC_SERVER } from './global-options';
export { upstreamFiles } from './live-upstreams';
export type {
  BasicAuthUser,
  CaddyAcme,
  CaddyfileModel,
  CaddyTls,
  LiveUpstreams,
  Route,
  Site,
  StaticFiles,
} from './model';
export { renderCaddyfile } from './render';
export { SECURITY_HEADERS } from './security-headers';
