export { LOG_FIELDS as CADDY_LOG_FIELDS } from './access-log';
export { INTERNAL_CERTIFICATE as CADDY_INTERNAL_CERTIFICATE } from './certificates';
export { assertDrain } from './drain';
export { upstreamFiles } from './live-upstreams';
export { caddyAnswers, caddyPanels } from './metrics';
export type { CaddyfileModel, CaddySettings } from './model';
export { renderCaddyfile } from './render';
