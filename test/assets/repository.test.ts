import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describeWith, requireProgram } from '../support/programs';
import { ROOT } from '../support/stacks';

/** Saves as the dump job does, after two backups by a clock that was years ahead. */
const PROGRAM = `
import json, pathlib, sys
from backup import configuration, repository
from backup.failure import Failure
from backup.processes import Deadline
deadline = Deadline(120)
directory = pathlib.Path(sys.argv[1])
place = repository.of(configuration.load())[0]
with place.opened(deadline):
    for day in ("2099-01-01 03:00:00", "2099-01-02 03:00:00"):
        place.restic(["backup", "--host", "shop", "--tag", "dump", "--time", day, str(directory)], deadline)
    saved, _ = place.save(directory, "dump", deadline)
    try:
        said = place.forget("dump", place.retention, saved, deadline)
    except Failure as failure:
        said = str(failure)
print(json.dumps({"said": said, "ids": [one["short_id"] for one in place.snapshots("dump", deadline)]}))
`;

describeWith(['restic', 'python3'], 'a repository', () => {
  let directory: string;
  const at = (...names: readonly string[]): string => path.join(directory, ...names);

  function python(...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(requireProgram('python3'), words, {
      encoding: 'utf8',
      env: {
        ...process.env,
        PYTHONPATH: path.join(ROOT, 'lib/assets/backup'),
        PYTHONDONTWRITEBYTECODE: '1',
        BACKUP_CONFIGURATION: at('backup.json'),
        BACKUP_STATE: at('state'),
      },
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'repository-'));
    mkdirSync(at('dump'));
    writeFileSync(at('dump', 'app.dump'), 'PGDMP');
    writeFileSync(at('key'), 'a key of the encryption');
    const repository = { name: 'local', url: at('repository'), password: at('key'), retention: ['--keep-last=2'] };
    writeFileSync(at('backup.json'), JSON.stringify({ host: 'shop', jobs: {}, repositories: [repository] }));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('never forgets what was just saved, though a clock that was ahead made others seem newer', () => {
    const { said, ids } = JSON.parse(python('-c', PROGRAM, at('dump'))) as {
      readonly said: string | null;
      readonly ids: readonly string[];
    };
    expect(ids).toHaveLength(3);
    const [saved, ...ahead] = ids;
    expect(said).toContain(`nothing is forgotten: ${ahead.join(' ')} claim to be newer. Set the clock right`);
    expect(said).toContain(`\`python3 -m backup restic local forget ${ahead.join(' ')}\``);
    python('-m', 'backup', 'restic', 'local', 'forget', ...ahead);
    const left = JSON.parse(python('-m', 'backup', 'restic', 'local', 'snapshots', '--json')) as readonly object[];
    expect(left).toMatchObject([{ short_id: saved }]);
  });
});
