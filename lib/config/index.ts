export { renderAlertRules } from './alert-rules';
export * from './backup';
export * from './caddyfile';
export * from './monitoring';
export * from './postgres';
export { shellQuote } from './shell';
export { sqlIdentifier, sqlLiteral } from './sql';
