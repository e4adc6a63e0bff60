import { ConfigurationError, quote } from '../../../values';
import { textTable } from '../../terminal/text-table';

/** A state to restore: a dump, any moment in an archive, or the files of a volume. */
export interface RestorePoint {
  readonly repository: string;
  readonly kind: 'dump' | 'archive' | 'files';
  readonly id: string;
  /** Time in ISO 8601 from the backup program; for an archive, the time up to which it is known to be complete. */
  readonly time: string;
  /** First moment of an archive. */
  readonly from?: string;
  /** Chosen moment of an archive, as an argument of the backup program. */
  readonly to?: string;
  /** Size of the saved data; null if unknown. */
  readonly bytes: number | null;
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))? ?(Z|UTC|[+-]\d\d:\d\d)?$/;
/**
 * Difference in milliseconds that clocks of two hosts stay below. A dump with a later time than that comes from a clock
 * that was ahead.
 */
const CLOCKS_DIFFER = 3_600_000;
const POSITION = /^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/;
const NAME = /^[A-Za-z_][\w.:-]{0,62}$/;
const ID = /^[0-9a-f]{4,64}$/;
/** Form of ids in the list. A restore point with such a name must be given by its position. */
const WHOLE_ID = /^(?=.*\d)[0-9a-f]{8,64}$/;

/**
 * Returns the point that a user means: `latest`, an id of a dump, or a time; in an archive also a position of the log,
 * or the name of a restore point. Without an archive, or before it, a time means the last dump at or before it. A time
 * without a zone is UTC.
 *
 * @param points - oldest first
 * @param now - milliseconds since 1970
 * @throws ConfigurationError for an unreachable point, with the reachable ones
 */
export function choosePoint(points: readonly RestorePoint[], text: string, now: number): RestorePoint {
  const archive = points.find(({ kind }) => kind === 'archive');
  const dumps = points.filter(({ kind }) => kind !== 'archive');
  return (archive && momentOf(archive, dumps, text, now)) ?? chooseDump(dumps, text, now);
}

/** Returns undefined if the text means a dump. */
function momentOf(
  archive: RestorePoint,
  dumps: readonly RestorePoint[],
  text: string,
  now: number,
): RestorePoint | undefined {
  refuseArchiveId(archive, text);
  const time = timeOf(text);
  if (time === undefined) return isMoment(text, dumps) ? { ...archive, to: text } : undefined;
  refuseFuture(time, now, 'the end of the log');
  if (time < Date.parse(archive.from ?? archive.time)) return undefined;
  if (time <= Date.parse(archive.time)) return { ...archive, to: new Date(time).toISOString() };
  throw new ConfigurationError(
    undefined,
    `repository ${quote(archive.repository)} has the log up to ${readableTime(archive.time)}, and ` +
      `${shownTime(time)} is after it; --to latest is its end`,
  );
}

/** Refuses an id of the archive: the server would be stopped to look for a restore point of that name. */
function refuseArchiveId(archive: RestorePoint, text: string): void {
  if (!ID.test(text) || !archive.id.startsWith(text)) return;
  throw new ConfigurationError(
    undefined,
    `${quote(text)} is the archive, which has all of ${spanOf(archive)}; name a moment of it, or latest`,
  );
}

function isMoment(text: string, dumps: readonly RestorePoint[]): boolean {
  if (WHOLE_ID.test(text)) return false;
  if (ID.test(text) && dumps.some(({ id }) => id.startsWith(text) || text.startsWith(id))) return false;
  return text === 'latest' || POSITION.test(text) || NAME.test(text);
}

function chooseDump(points: readonly RestorePoint[], text: string, now: number): RestorePoint {
  const [first] = points;
  const last = points.findLast(({ time }) => Date.parse(time) <= now + CLOCKS_DIFFER) ?? points.at(-1);
  if (first === undefined || last === undefined) {
    throw new ConfigurationError(
      undefined,
      'the repository holds no backup yet; look at the job that takes them, or use --from',
    );
  }
  if (text === 'latest') return last;
  const time = timeOf(text);
  if (time !== undefined) return beforeTime(points, first, time, now);
  if (!ID.test(text)) {
    throw new ConfigurationError(
      undefined,
      `--to must be latest, an id of the list or a time such as "2026-11-21 10:30", got ${quote(text)}`,
    );
  }
  const [found, ...others] = points.filter(({ id }) => id.startsWith(text) || text.startsWith(id));
  if (found !== undefined && others.length === 0) return found;
  const ids = points.map(({ id }) => id).join(', ');
  const problem = found === undefined ? `there is no ${nounOf(first)}` : `there are several ${nounOf(first)}s`;
  throw new ConfigurationError(undefined, `${problem} ${quote(text)}; there are ${ids}`);
}

function timeOf(text: string): number | undefined {
  const [, date, clock = '00:00', zone = 'Z'] = TIME.exec(text) ?? [];
  if (date === undefined) return undefined;
  const time = Date.parse(`${date}T${clock}${zone === 'UTC' ? 'Z' : zone}`);
  if (!Number.isNaN(time)) return time;
  throw new ConfigurationError(undefined, `there is no such time as ${quote(text)}; write "2026-11-21 10:30"`);
}

function beforeTime(points: readonly RestorePoint[], first: RestorePoint, time: number, now: number): RestorePoint {
  refuseFuture(time, now, `the newest ${nounOf(first)}`);
  // The list shows whole seconds, and its times must be found.
  const found = points.findLast((point) => seconds(Date.parse(point.time)) <= seconds(time));
  if (found !== undefined) return found;
  throw new ConfigurationError(
    undefined,
    `${shownTime(time)} is before the first ${nounOf(first)}, which is of ${readableTime(first.time)}`,
  );
}

function refuseFuture(time: number, now: number, latest: string): void {
  if (time > now)
    throw new ConfigurationError(undefined, `${shownTime(time)} is in the future; --to latest is ${latest}`);
}

function shownTime(time: number): string {
  return readableTime(new Date(time).toISOString());
}

function nounOf({ kind }: RestorePoint): string {
  return kind === 'files' ? 'backup' : 'dump';
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** Returns a time in the form '2026-11-21 10:30:00 UTC'. */
export function readableTime(time: string): string {
  return `${new Date(Date.parse(time)).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Returns a point in words, with its source. */
export function describePoint(point: RestorePoint): string {
  const { kind, time, id, repository, to } = point;
  if (kind !== 'archive') return `the ${nounOf(point)} of ${readableTime(time)} (${id}, repository ${repository})`;
  return `${momentText(to ?? 'latest')} (repository ${repository})`;
}

function momentText(to: string): string {
  if (to === 'latest') return 'the end of the log';
  if (POSITION.test(to)) return `position ${to} of the log`;
  return timeOf(to) === undefined ? `restore point ${quote(to)}` : new Date(Date.parse(to)).toISOString();
}

/** Returns the points of a list as a table for users. */
export function pointTable(points: readonly RestorePoint[]): string {
  const rows = points.map((point) => [
    point.repository,
    point.kind,
    point.id,
    spanOf(point),
    point.bytes === null ? '-' : readableSize(point.bytes),
  ]);
  return textTable([['REPOSITORY', 'KIND', 'ID', 'TIME', 'SIZE'], ...rows]);
}

/** Returns the span in whole seconds, each of which can be restored: the first one is rounded up. */
function spanOf({ from, time }: RestorePoint): string {
  if (from === undefined) return readableTime(time);
  const first = new Date(Math.ceil(Date.parse(from) / 1000) * 1000);
  return `${readableTime(first.toISOString())} to ${readableTime(time)}`;
}

function readableSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
