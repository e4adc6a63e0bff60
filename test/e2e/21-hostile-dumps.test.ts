import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TRUSTS_NOTHING } from '../support/postgres-server';
import { Backups, DATABASE, succeed } from './support/backups';
import { docker, theOnly } from './support/docker';
import { note } from './support/figures';
import { FULL } from './support/proof';

const CYCLES = FULL ? 20 : 1;
const SQL = join(__dirname, '..', 'support', 'hostile-owner');

/** Each table with its rows, but for what the writers and the application change meanwhile. */
const QUIET_ROWS = `select pg_catalog.json_agg(array[n.nspname, c.relname, (pg_catalog.xpath('/row/c/text()', pg_catalog.query_to_xml(
  pg_catalog.format('select count(*) as c from only %I.%I', n.nspname, c.relname), false, true, '')))[1]::text] order by n.nspname, c.relname)
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relname <> 'ledger'`;
const WRITTEN = 'select coalesce(sum(n), 0) from public.total';
/** Clients whose total is not what they noted: a transaction that came back by half. */
const HALVES =
  'select count(*) from public.total t where t.n <> (select count(*) from public.ledger l where l.client = t.client)';

if (FULL) jest.setTimeout(3 * 3_600_000);

let backups: Backups;
let login: string;

/** SQL files of the hostile owner, or SQL, for psql in the container of a server. */
async function psql(
  sql: string,
  { user = 'postgres', database = DATABASE, container = backups.postgres } = {},
): Promise<string> {
  const trusted = user === 'postgres' ? [`--env=PGOPTIONS=${TRUSTS_NOTHING}`] : [];
  const command = `echo ${Buffer.from(sql).toString('base64')} | base64 -d | psql -XAtq -v ON_ERROR_STOP=1 -U ${user} -d '${database}' -v login=${login ?? ''} -v owner=${DATABASE}_owner`;
  return (await docker('exec', ...trusted, container, 'sh', '-c', command)).trim();
}

const file = (name: string): string => readFileSync(join(SQL, `${name}.sql`), 'utf8');

/** Rights and payloads that the owner has gained, in what it planted itself or in a copy of that. */
const gained = (database = DATABASE, container = backups.postgres): Promise<string> =>
  psql(file('gained'), { database, container });

beforeAll(async () => {
  backups = await Backups.openOn('e2e-hostile', { backup: true });
  login = await psql("select rolname from pg_roles where rolcanlogin and rolname ~ '^api'", { database: 'postgres' });
  for (const name of ['payload', 'shadows', 'tables', 'names']) await psql(file(name), { user: login });
});

afterAll(() => backups.project.destroy());

test('Backups of a hostile owner that writes come back with all rows, and give it no right', async () => {
  const { project } = backups;
  await backups.openLedger();
  const writers = backups.writeOn();
  let rows = 0;
  const lost: string[] = [];
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const name = `again_${cycle}`;
    const before = Number(await psql(WRITTEN));
    await backups.succeed('dump');
    const { status, output } = await project.command(
      'restore',
      project.stack,
      '--to',
      'latest',
      '--database',
      DATABASE,
      '--into',
      name,
    );
    expect({ status, output }).toMatchObject({ status: 0 });
    const after = Number(await psql(WRITTEN, { database: name }));
    if (after < before) lost.push(`${name}: ${before - after} of ${before}`);
    if ((await psql(HALVES, { database: name })) !== '0') lost.push(`${name}: half a transaction`);
    const quiet = [await psql(QUIET_ROWS), await psql(QUIET_ROWS, { database: name })];
    if (quiet[0] !== quiet[1]) lost.push(`${name}: other tables`);
    expect({ gained: [await gained(), await gained(name)] }).toEqual({ gained: ['', ''] });
    if (Number(await psql(WRITTEN)) <= before) lost.push(`${name}: nothing was written meanwhile`);
    rows += after;
    await psql(`drop database ${name}`, { database: 'postgres' });
  }
  await writers.stop();
  expect(lost).toEqual([]);
  note('backup and restore of a hostile owner under load', { cycles: CYCLES, rows, lost: lost.length });
});

test('A drill of them succeeds, and a server beside has no superuser more', async () => {
  const { project } = backups;
  await succeed(backups.program, 'dump');
  await succeed(backups.program, 'drill');
  const { status, output } = await project.command('restore', project.stack, '--to', 'latest', '--side-by-side');
  expect({ status, output }).toMatchObject({ status: 0 });
  const container = `${project.stack}-postgres-restored`;
  expect(await psql('select string_agg(rolname, $$,$$) from pg_roles where rolsuper', { container })).toBe('postgres');
  expect(await gained(DATABASE, container)).toBe('');
  expect(await psql(QUIET_ROWS, { container })).toBe(await psql(QUIET_ROWS));
  expect((await project.command('restore', project.stack, '--discard', '--yes')).status).toBe(0);
});

test('What loads a dump has no key, no repository and no network', async () => {
  const { project } = backups;
  const { Image } = await theOnly(project.stack, 'postgres-backup');
  const seen: string[] = [];
  const restoring = project.command(
    'restore',
    project.stack,
    '--to',
    'latest',
    '--database',
    DATABASE,
    '--into',
    'looked',
  );
  let isOver = false;
  void restoring.finally(() => (isOver = true));
  const label = `docker-constructs.restoring=${project.stack}/postgres-backup`;
  while (!isOver) {
    const ids = (await docker('ps', '--quiet', '--no-trunc', '--filter', `label=${label}`)).split('\n').filter(Boolean);
    for (const id of ids) {
      const format = '{{.Image}} {{.HostConfig.NetworkMode}} {{range .Mounts}}{{.Destination}} {{end}}';
      const text = await docker('inspect', '--format', format, id).catch(() => '');
      if (text !== '' && !text.includes('/repositories/')) seen.push(text.trim().replace(`${Image} `, ''));
    }
  }
  expect((await restoring).status).toBe(0);
  for (const text of new Set(seen)) {
    const [network, ...places] = text.split(' ');
    // The image itself asks for an empty volume at the place of a server's data.
    const mounted = places.filter((place) => place.startsWith('/') && place !== '/var/lib/postgresql');
    expect({ network, places: mounted.sort() }).toEqual({
      network: 'none',
      places: ['/run/postgresql', '/scratch'],
    });
  }
  expect(seen).not.toEqual([]);
  await psql('drop database looked', { database: 'postgres' });
});
