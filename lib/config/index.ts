export * from './caddyfile';
export * from './postgres';
export { shellCommand, shellQuote } from './shell';
export { sqlIdentifier, sqlLiteral } from './sql';
