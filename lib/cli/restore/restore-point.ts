import { ConfigurationError, quoted } from '../../values';
import { textTable } from '../text-table';

/** Something that a server can be brought back to. */
export interface RestorePoint {
  readonly repository: string;
  readonly kind: 'dump';
  readonly id: string;
  /** ISO 8601, as the program that takes backups wrote it. */
  readonly time: string;
  /** Size of what was saved; null where that is not known. */
  readonly bytes: number | null;
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))? ?(Z|UTC|[+-]\d\d:\d\d)?$/;
const ID = /^[0-9a-f]{4,64}$/;

/**
 * The point that somebody means: `latest`, an id, or the last one at or before a time. A time without a zone is UTC.
 *
 * @param points - oldest first
 * @param now - milliseconds since 1970
 * @throws ConfigurationError for what cannot be reached, with what can
 */
export function choosePoint(points: readonly RestorePoint[], text: string, now: number): RestorePoint {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) {
    throw new ConfigurationError(undefined, 'the repository holds no dump yet; look at the job `dump`, or use --from');
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
  const problem = found === undefined ? 'there is no dump' : 'there are several dumps';
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
  const shown = readableTime(new Date(time).toISOString());
  if (time > now) throw new ConfigurationError(undefined, `${shown} is in the future; --to latest is the newest dump`);
  // The list shows whole seconds, and what it shows has to be found.
  const found = points.findLast((point) => seconds(Date.parse(point.time)) <= seconds(time));
  if (found !== undefined) return found;
  throw new ConfigurationError(undefined, `${shown} is before the first dump, which is of ${readableTime(first.time)}`);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** '2026-11-21 10:30:00 UTC' */
export function readableTime(time: string): string {
  return `${new Date(Date.parse(time)).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The points of a list as people read them. */
export function pointTable(points: readonly RestorePoint[]): string {
  const rows = points.map(({ repository, kind, id, time, bytes }) => [
    repository,
    kind,
    id,
    readableTime(time),
    bytes === null ? '-' : readableSize(bytes),
  ]);
  return textTable([['REPOSITORY', 'KIND', 'ID', 'TIME', 'SIZE'], ...rows]);
}

function readableSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
