import { ConfigurationError, quoted } from '../../values';
import { textTable } from '../text-table';

/** Something to come back to: a dump, any moment that an archive has, or the files of a volume. */
export interface RestorePoint {
  readonly repository: string;
  readonly kind: 'dump' | 'archive' | 'files';
  readonly id: string;
  /** ISO 8601, as the program that takes backups wrote it; of an archive, up to where it is known to be whole. */
  readonly time: string;
  /** Of an archive: the first moment. */
  readonly from?: string;
  /** Of an archive: which moment is meant, in words of the program that takes backups. */
  readonly to?: string;
  /** Size of what was saved; null where that is not known. */
  readonly bytes: number | null;
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))? ?(Z|UTC|[+-]\d\d:\d\d)?$/;
/** A dump with a time to come is not as new as it claims: a clock was ahead. Those of two hosts differ by less. */
const CLOCKS_DIFFER = 3_600_000;
const POSITION = /^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/;
const NAME = /^[A-Za-z_][\w.:-]{0,62}$/;
const ID = /^[0-9a-f]{4,64}$/;
/** As the list shows ids; a restore point of such a name is told by its position. */
const WHOLE_ID = /^(?=.*\d)[0-9a-f]{8,64}$/;

/**
 * The point that somebody means: `latest`, an id of a dump, or a time; of an archive also a position of the log, or the
 * name of a restore point. Without an archive, or before it, a time means the last dump at or before it. A time without a
 * zone is UTC.
 *
 * @param points - oldest first
 * @param now - milliseconds since 1970
 * @throws ConfigurationError for what cannot be reached, with what can
 */
export function choosePoint(points: readonly RestorePoint[], text: string, now: number): RestorePoint {
  const archive = points.find(({ kind }) => kind === 'archive');
  const dumps = points.filter(({ kind }) => kind !== 'archive');
  return (archive && momentOf(archive, dumps, text, now)) ?? chooseDump(dumps, text, now);
}

/** Undefined where a dump is meant. */
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
    `repository ${quoted(archive.repository)} has the log up to ${readableTime(archive.time)}, and ` +
      `${shownTime(time)} is after it; --to latest is its end`,
  );
}

/** The server would be stopped to look for a restore point of that name. */
function refuseArchiveId(archive: RestorePoint, text: string): void {
  if (!ID.test(text) || !archive.id.startsWith(text)) return;
  throw new ConfigurationError(
    undefined,
    `${quoted(text)} is the archive, which has all of ${spanOf(archive)}; name a moment of it, or latest`,
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
      `--to must be latest, an id of the list or a time such as "2026-11-21 10:30", got ${quoted(text)}`,
    );
  }
  const [found, ...others] = points.filter(({ id }) => id.startsWith(text) || text.startsWith(id));
  if (found !== undefined && others.length === 0) return found;
  const ids = points.map(({ id }) => id).join(', ');
  const problem = found === undefined ? `there is no ${nounOf(first)}` : `there are several ${nounOf(first)}s`;
  throw new ConfigurationError(undefined, `${problem} ${quoted(text)}; there are ${ids}`);
}

function timeOf(text: string): number | undefined {
  const [, date, clock = '00:00', zone = 'Z'] = TIME.exec(text) ?? [];
  if (date === undefined) return undefined;
  const time = Date.parse(`${date}T${clock}${zone === 'UTC' ? 'Z' : zone}`);
  if (!Number.isNaN(time)) return time;
  throw new ConfigurationError(undefined, `there is no such time as ${quoted(text)}; write "2026-11-21 10:30"`);
}

function beforeTime(points: readonly RestorePoint[], first: RestorePoint, time: number, now: number): RestorePoint {
  refuseFuture(time, now, `the newest ${nounOf(first)}`);
  // The list shows whole seconds, and what it shows has to be found.
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

/** '2026-11-21 10:30:00 UTC' */
export function readableTime(time: string): string {
  return `${new Date(Date.parse(time)).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A point in words, with where it is from. */
export function describePoint(point: RestorePoint): string {
  const { kind, time, id, repository, to } = point;
  if (kind !== 'archive') return `the ${nounOf(point)} of ${readableTime(time)} (${id}, repository ${repository})`;
  return `${momentText(to ?? 'latest')} (repository ${repository})`;
}

function momentText(to: string): string {
  if (to === 'latest') return 'the end of the log';
  if (POSITION.test(to)) return `position ${to} of the log`;
  return timeOf(to) === undefined ? `restore point ${quoted(to)}` : new Date(Date.parse(to)).toISOString();
}

/** The points of a list as people read them. */
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

/** In whole seconds, each of which can be restored: the first one is rounded up. */
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
