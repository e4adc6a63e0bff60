export { renderAlertRules } from './prometheus/alert-rules';
export * from './backup';
export * from './caddy';
export * from './monitoring';
export * from './postgres';
export * from './proxy';
export { shellQuote } from './shell';
export { sqlIdentifier, sqlLiteral } from './sql';
