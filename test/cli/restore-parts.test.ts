import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { privateArchive } from '../../lib/cli/restore/docker/archive';
import { choosePoint, describePoint, pointTable } from '../../lib/cli/restore/points/restore-point';
import type { RestorePoint } from '../../lib/cli/restore/points/restore-point';
import { noteVolume } from '../../lib/cli/restore/deploy/volumes-file';
import { describeWith, requireProgram } from '../support/programs';

const POINTS: readonly RestorePoint[] = [
  { repository: 'local', kind: 'dump', id: 'aaaa1111', time: '2026-11-20T03:00:04.79Z', bytes: 1_234_567 },
  { repository: 'local', kind: 'dump', id: 'aabb2222', time: '2026-11-21T03:00:04.79Z', bytes: null },
];
const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('what to come back to', () => {
  test.each([
    ['latest', 'aabb2222'],
    ['aaaa', 'aaaa1111'],
    ['aaaa1111cccc', 'aaaa1111'],
    ['2026-11-21 03:00:04', 'aabb2222'],
    ['2026-11-21 03:00:03', 'aaaa1111'],
    ['2026-11-21T04:30:00+02:00', 'aaaa1111'],
    ['2026-11-21 12:00 UTC', 'aabb2222'],
    ['2026-11-21', 'aaaa1111'],
  ])('is for %j the dump %s', (text, id) => {
    expect(choosePoint(POINTS, text, NOW).id).toBe(id);
  });

  test.each([
    ['2026-11-21 12:01', '2026-11-21 12:01:00 UTC is in the future; --to latest is the newest dump'],
    ['2026-11-20 03:00', '2026-11-20 03:00:00 UTC is before the first dump, which is of 2026-11-20 03:00:04 UTC'],
    ['2026-13-01', 'there is no such time as "2026-13-01"; write "2026-11-21 10:30"'],
    ['aa11', 'there is no dump "aa11"; there are aaaa1111, aabb2222'],
    ['yesterday', '--to must be latest, an id of the list or a time such as "2026-11-21 10:30", got "yesterday"'],
  ])('is refused for %j', (text, message) => {
    expect(() => choosePoint(POINTS, text, NOW)).toThrow(message);
  });

  test('is refused where there is nothing, or several fit', () => {
    expect(() => choosePoint([], 'latest', NOW)).toThrow('the repository holds no backup yet');
    const twins = POINTS.map((point, at) => ({ ...point, id: `aaaa${at}` }));
    expect(() => choosePoint(twins, 'aaaa', NOW)).toThrow('there are several dumps "aaaa"; there are aaaa0, aaaa1');
  });

  test('is not, as the latest one, a dump of a clock that was ahead, unless there is no other', () => {
    const ahead = { ...POINTS[0], id: 'ffff9999', time: '2026-11-21T13:00:01Z' } as RestorePoint;
    expect(choosePoint([...POINTS, ahead], 'latest', NOW).id).toBe('aabb2222');
    expect(choosePoint([ahead], 'latest', NOW).id).toBe('ffff9999');
    const otherHost = { ...ahead, time: '2026-11-21T12:59:00Z' };
    expect(choosePoint([...POINTS, otherHost], 'latest', NOW).id).toBe('ffff9999');
  });

  describe('with an archive', () => {
    const archive: RestorePoint = {
      repository: 'local',
      kind: 'archive',
      id: 'cccc3333',
      from: '2026-11-20T22:00:00.500000+00:00',
      time: '2026-11-21T11:55:00.700000+00:00',
      bytes: null,
    };
    const points = [...POINTS, archive];

    test.each([
      ['latest', 'latest'],
      ['2026-11-21 03:00:05', '2026-11-21T03:00:05.000Z'],
      ['2026-11-20 22:00:01', '2026-11-20T22:00:01.000Z'],
      ['2026-11-21 11:55:00', '2026-11-21T11:55:00.000Z'],
      ['0/3000060', '0/3000060'],
      ['before-migration', 'before-migration'],
      ['face', 'face'],
    ])('is for %j its moment %s', (text, to) => {
      expect(choosePoint(points, text, NOW)).toEqual({ ...archive, to });
    });

    test.each([
      ['aaaa1111', 'aaaa1111'],
      ['2026-11-20 21:59', 'aaaa1111'],
    ])('is for %j the dump %s', (text, id) => {
      expect(choosePoint(points, text, NOW)).toEqual(POINTS.find((point) => point.id === id));
    });

    test.each([
      [
        'cccc3333',
        '"cccc3333" is the archive, which has all of 2026-11-20 22:00:01 UTC to 2026-11-21 11:55:00 UTC; name a moment of it',
      ],
      ['dddd4444', 'there is no dump "dddd4444"; there are aaaa1111, aabb2222'],
      ['2026-11-21 11:56', 'has the log up to 2026-11-21 11:55:00 UTC, and 2026-11-21 11:56:00 UTC is after it'],
      ['2026-11-21 12:01', '2026-11-21 12:01:00 UTC is in the future'],
    ])('is refused for %j', (text, message) => {
      expect(() => choosePoint(points, text, NOW)).toThrow(message);
    });

    test('shows seconds that can all be restored', () => {
      expect(pointTable([archive])).toContain('2026-11-20 22:00:01 UTC to 2026-11-21 11:55:00 UTC');
    });
  });

  test('is shown as a table', () => {
    expect(pointTable(POINTS)).toBe(
      `REPOSITORY  KIND  ID        TIME                     SIZE
local       dump  aaaa1111  2026-11-20 03:00:04 UTC  1.2 MB
local       dump  aabb2222  2026-11-21 03:00:04 UTC  -`,
    );
  });
});

describe('a point in a repository with an archive', () => {
  const ARCHIVE: RestorePoint = {
    repository: 'local',
    kind: 'archive',
    id: 'cccc3333',
    time: '2026-11-21T10:00:00.5+00:00',
    from: '2026-11-20T12:00:00+00:00',
    bytes: 1,
  };
  const points = [...POINTS, ARCHIVE];

  test.each([
    ['latest', 'the end of the log (repository local)'],
    ['2026-11-21 09:15:01.25', '2026-11-21T09:15:01.250Z (repository local)'],
    ['2026-11-21T11:00:00+01:00', '2026-11-21T10:00:00.000Z (repository local)'],
    ['0/41D2F38', 'position 0/41D2F38 of the log (repository local)'],
    ['before-migration', 'restore point "before-migration" (repository local)'],
    ['aabb', 'the dump of 2026-11-21 03:00:04 UTC (aabb2222, repository local)'],
  ])('%s is %s', (text, args) => {
    expect(describePoint(choosePoint(points, text, NOW))).toBe(args);
  });

  test('before the archive is a dump, and after it none', () => {
    expect(choosePoint(points, '2026-11-20 11:59', NOW).kind).toBe('dump');
    expect(() => choosePoint(points, '2026-11-21 10:00:01', NOW)).toThrow(
      'repository "local" has the log up to 2026-11-21 10:00:00 UTC, and 2026-11-21 10:00:01 UTC is after it; --to latest is its end',
    );
    expect(() => choosePoint(points, '2099-01-01', NOW)).toThrow(
      '2099-01-01 00:00:00 UTC is in the future; --to latest is the end of the log',
    );
  });

  test('is listed with both ends', () => {
    expect(pointTable(points)).toMatch(/archive +cccc3333 +2026-11-20 12:00:00 UTC to 2026-11-21 10:00:00 UTC/);
  });
});

describe('the file of volumes', () => {
  test('is written whole, keeps what else is in it, and is sorted', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'volumes-'));
    const file = path.join(directory, 'volumes.json');
    fs.writeFileSync(file, '{"b":"b-1"}');
    noteVolume(file, 'a', 'a-1');
    noteVolume(file, 'b', 'b-2');
    expect(fs.readFileSync(file, 'utf8')).toBe('{\n  "a": "a-1",\n  "b": "b-2"\n}\n');
    expect(fs.readdirSync(directory)).toEqual(['volumes.json']);
  });
});

describeWith('tar', 'an archive for a container', () => {
  test('is one that tar reads, for one user alone', () => {
    const files = [
      { path: '/run/secrets/a', content: Buffer.from('secret') },
      { path: '/run/secrets/b', content: Buffer.alloc(513, 'x') },
    ];
    const { stdout } = spawnSync(requireProgram('tar'), ['--list', '--verbose', '--numeric-owner'], {
      input: privateArchive(files, '999:998'),
      encoding: 'utf8',
    });
    expect(
      stdout.split('\n').map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d /, '').replace(/ +/g, ' ')),
    ).toEqual([
      'drwx------ 999/998 0 run/secrets/',
      '-r-------- 999/998 6 run/secrets/a',
      '-r-------- 999/998 513 run/secrets/b',
      '',
    ]);
  });
});
