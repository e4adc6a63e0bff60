import { Annotations } from 'cdktf';
import type { IConstruct } from 'constructs';
import { ConfigurationError } from '../../values';
import type { ProxyEngine } from './engines';
import type { RouteOptions } from './route-options';

/** Refuses a limit that the engine cannot keep, or adds a note if the route does not require it. */
export function checkRateLimit(
  where: IConstruct,
  { name, features }: ProxyEngine,
  { rateLimit, path = '/*' }: RouteOptions,
): void {
  if (rateLimit === undefined || features.has('rate-limit')) return;
  const limit = `${rateLimit.requests} requests per ${String(rateLimit.per)}`;
  if (rateLimit.required === false) {
    const note = `route ${JSON.stringify(path)} wants a rate limit of ${limit}, and ${name} has no limiter; nothing is limited, as \`required: false\` accepts`;
    Annotations.of(where).addInfo(note);
    return;
  }
  throw new ConfigurationError(
    where,
    `route ${JSON.stringify(path)} wants a rate limit of ${limit}, and ${name} has no limiter; use an engine that has one, put ` +
      'one in front, or state `required: false` to do without',
  );
}
