import { isIP } from 'node:net';
import { assertText } from './assert-text';
import { ConfigurationError } from './configuration-error';
import { Duration } from './duration';
import { CHECK } from './factory-shapes';
import { assertOptions, factory, TEXTS } from './option-shapes';
import { port } from './port';
import { httpProbe, type HttpClient } from './http-probe';
import { isDomain } from './names';
import { quote } from './quote';

/** Times and counts of a health check. A change replaces the containers. */
export interface HealthCheckOptions {
  /** Time between two checks. @default 10 seconds */
  readonly interval?: Duration;
  /**
   * A check that runs longer has failed. It may be longer than the interval, which the engine counts from the end of a
   * check.
   * @default 5 seconds, or the interval when that is shorter
   */
  readonly timeout?: Duration;
  /** Failures in a row that make a container unhealthy. @default 3 */
  readonly retries?: number;
  /** Failures in this time after the start do not count. @default 30 seconds */
  readonly startPeriod?: Duration;
}

/** Page that a health check requests. */
export interface HttpHealthCheckTarget {
  /** Port inside the container. */
  readonly port: number;
  /**
   * Path of the request.
   * @default '/'
   */
  readonly path?: string;
  /** The program that sends the request; the image must contain it. */
  readonly client: HttpClient;
  /**
   * Host of the request, seen from inside the container.
   * @default '127.0.0.1'
   */
  readonly host?: string;
}

/** The engine's test whether a container can do its work. Other containers wait for it before they start. */
export class HealthCheck {
  /** Runs a program of the image; exit code 0 is healthy. */
  public static command(command: readonly string[], options: HealthCheckOptions = {}): HealthCheck {
    if (!TEXTS.fits(command)) {
      throw new ConfigurationError(undefined, `health check command must be ${TEXTS.expected}, got ${quote(command)}`);
    }
    assertText(undefined, 'health check program', command[0] ?? '');
    for (const argument of command.slice(1)) {
      if (argument !== '') assertText(undefined, 'health check argument', argument);
    }
    return new HealthCheck(['CMD', ...command], resolveTiming(options));
  }

  /** Runs a line in the image's shell; exit code 0 is healthy. */
  public static shell(line: string, options: HealthCheckOptions = {}): HealthCheck {
    assertText(undefined, 'health check line', line);
    return new HealthCheck(['CMD-SHELL', line], resolveTiming(options));
  }

  /**
   * Requests a page; a status below 400 is healthy. Redirects are not followed, except by wget: not all its builds can
   * turn that off.
   */
  public static http(target: HttpHealthCheckTarget, options: HealthCheckOptions = {}): HealthCheck {
    const { client, path = '/', host = '127.0.0.1' } = target;
    const timing = resolveTiming(options);
    assertPath(path);
    assertHost(host);
    return new HealthCheck(
      ['CMD', ...httpProbe(client, { host, port: port(target.port), path, timeout: timing.timeout })],
      timing,
    );
  }

  /** Time between two checks. */
  public readonly interval: Duration;
  /** Time after which a running check has failed. */
  public readonly timeout: Duration;
  /** Failures in a row that make a container unhealthy. */
  public readonly retries: number;
  /** Time after the start in which failures do not count. */
  public readonly startPeriod: Duration;

  private constructor(
    /** `CMD` and a program with its arguments, or `CMD-SHELL` and a line. */
    public readonly test: readonly string[],
    timing: Required<HealthCheckOptions>,
  ) {
    this.interval = timing.interval;
    this.timeout = timing.timeout;
    this.retries = timing.retries;
    this.startPeriod = timing.startPeriod;
  }

  /** Returns the longest time after a start in which the engine may still find the container healthy. */
  public startTimeout(): Duration {
    return this.startPeriod.plus(this.interval.plus(this.timeout).times(this.retries));
  }
}

function resolveTiming(options: HealthCheckOptions): Required<HealthCheckOptions> {
  assertOptions(factory('HealthCheck'), options, CHECK);
  const { interval = Duration.seconds(10), retries = 3, startPeriod = Duration.seconds(30) } = options;
  const timeout = options.timeout ?? Duration.millis(Math.min(5_000, interval.toMillis()));
  const durations = { interval, timeout, startPeriod };
  for (const [name, duration] of Object.entries(durations)) {
    // The engine reads zero as "the image's own value".
    if (duration.isZero()) throw new ConfigurationError(undefined, `health check ${name} must be longer than zero`);
  }
  if (!Number.isInteger(retries) || retries < 1) {
    throw new ConfigurationError(
      undefined,
      `health check retries must be a whole number from 1, got ${quote(retries)}`,
    );
  }
  return { ...durations, retries };
}

function assertPath(path: string): void {
  if (typeof path === 'string' && /^\/[\x21-\x7e]*$/.test(path)) return;
  throw new ConfigurationError(
    undefined,
    `health check path must start with "/" and hold no spaces or characters beyond ASCII, got ${quote(path)}`,
  );
}

function assertHost(host: string): void {
  if (typeof host === 'string' && (isDomain(host) || (isIP(host) && !host.includes('%')))) return;
  throw new ConfigurationError(undefined, `health check host must be a host name or an IP address, got ${quote(host)}`);
}
