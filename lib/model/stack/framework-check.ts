import { readFileSync } from 'node:fs';
import type { Construct } from 'constructs';
import { ConfigurationError, quote } from '../../values';

/** Returns the version of the `cdktf` package that this library loads. */
function loadedVersion(): string {
  const manifest = JSON.parse(readFileSync(require.resolve('cdktf/package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

let cached: string | undefined;

/**
 * Refuses an app that uses another framework than this library. An app on `cdktn` with this library on `cdktf` passes
 * the type check, and then fails in synthesis with an unclear error. This check compares the versions first.
 */
export function assertOneFramework(scope: Construct): void {
  const app: unknown = scope.node.tryGetContext('cdktfVersion');
  if (typeof app !== 'string' || app === 'stubbed') return;
  cached ??= loadedVersion();
  if (app === cached) return;
  throw new ConfigurationError(
    scope,
    `the app runs on version ${quote(app)} of the framework, docker-constructs on ${quote(cached)}: ` +
      'two copies are installed. For cdktn, import from "cdktf" and write into package.json: ' +
      '"dependencies": {"cdktf": "npm:cdktn@^0.24.0"}, "overrides": {"@cdktf/provider-docker": {"cdktf": "$cdktf"}}',
  );
}
