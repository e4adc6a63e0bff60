import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Image, PostgresService, Size } from '../../lib';
import type { Access, EnvironmentStack, PostgresServiceProps } from '../../lib';
import { describeWith, requireProgram } from '../support/programs';
import { refusal } from '../support/refusal';
import { worker } from '../support/services';
import { container, findings, ids, synth, testStack } from '../support/stacks';
import type { Document } from '../support/stacks';

function server(stack: EnvironmentStack, props: PostgresServiceProps = {}): PostgresService {
  return new PostgresService(stack, 'Postgres', { database: 'shop', ...props });
}

/** A server with one consumer, as it is rendered. */
function rendered(props: PostgresServiceProps = {}): Document {
  const stack = testStack();
  worker(stack).connectTo(server(stack, props));
  return synth(stack);
}

const args = (document: Document, id: string, field: 'entrypoint' | 'command'): readonly string[] =>
  container(document, id)[field] as readonly string[];

describe('the data of a server', () => {
  const layoutOf = (image: string, props: PostgresServiceProps = {}): object => {
    const { env, user, volumes } = container(rendered({ image: Image.of(image), ...props }), 'postgres');
    return { env, user, data: (volumes as readonly { readonly container_path: string }[])[0]?.container_path };
  };

  test('lies where the image of its major version has it', () => {
    expect(layoutOf('postgres:17.10')).toEqual({
      env: [
        'PGDATA=/var/lib/postgresql/data',
        'POSTGRES_DB=shop',
        'POSTGRES_INITDB_ARGS=--data-checksums',
        'POSTGRES_USER=postgres',
      ],
      user: '999:999',
      data: '/var/lib/postgresql/data',
    });
    expect(layoutOf('postgres:18.6')).toEqual({
      env: [
        'PGDATA=/var/lib/postgresql/18/docker',
        'POSTGRES_DB=shop',
        'POSTGRES_INITDB_ARGS=--data-checksums',
        'POSTGRES_USER=postgres',
      ],
      user: '999:999',
      data: '/var/lib/postgresql',
    });
  });

  test("belongs to the image's own user, whose number differs on Alpine", () => {
    expect(layoutOf('postgres:18.6-alpine3.22')).toMatchObject({ user: '70:70' });
    expect(layoutOf('postgres:18.6-alpine3.22', { user: '1000:1000' })).toMatchObject({ user: '1000:1000' });
  });

  test.each([
    ['postgres:17', 17],
    ['postgres:18.6-bookworm', 18],
    ['postgres:17-alpine', 17],
    ['pgvector/pgvector:0.8.6-pg18-trixie', 18],
    ['pgvector/pgvector:pg17', 17],
  ])('of %s is of version %i', (image, version) => {
    expect(server(testStack(), { image: Image.of(image) }).majorVersion).toBe(version);
  });

  test.each(['shop/db:latest', 'shop/db:2024-01', 'timescale/timescaledb:2.17'])('of %s has to be told', (image) => {
    expect(() => server(testStack(), { image: Image.of(image) })).toThrow('state `majorVersion`, for example 18');
    const stated = { image: Image.of(image), majorVersion: 18, user: '999:999', distribution: 'debian' } as const;
    expect(server(testStack(), stated).majorVersion).toBe(18);
  });
});

describe('a server', () => {
  test('is prepared for backups, listens to its own rules, and takes settings in their types', () => {
    const document = rendered({ settings: { shared_buffers: Size.mebibytes(256), jit: false, wal_level: 'logical' } });
    expect(args(document, 'postgres', 'command')).toEqual([
      '-c',
      'wal_level=logical',
      '-c',
      'max_wal_senders=10',
      '-c',
      'max_slot_wal_keep_size=4GB',
      '-c',
      'temp_file_limit=10GB',
      '-c',
      'hba_file=/etc/postgresql/pg_hba.conf',
      '-c',
      'shared_buffers=256MB',
      '-c',
      'jit=off',
    ]);
    expect(container(document, 'postgres-files').upload).toMatchObject([
      {
        file: '/etc/postgresql/pg_hba.conf',
        content: expect.stringContaining('host  all         all all scram-sha-256\n'),
      },
    ]);
  });

  test('is stopped as a database wants it, and has no password of its own', () => {
    const document = rendered();
    expect(container(document, 'postgres')).toMatchObject({ stop_signal: 'SIGINT', stop_timeout: 90, shm_size: 256 });
    expect(synthesizedSecrets()).toEqual(['postgres-worker-password', 'postgres-worker-url']);
  });

  function synthesizedSecrets(): readonly string[] {
    const stack = testStack();
    worker(stack).connectTo(server(stack));
    return stack.context.secrets.map(({ name }) => name);
  }

  test('runs scripts when its data directory is first made', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'init-'));
    try {
      fs.writeFileSync(path.join(directory, '20-b.sh'), 'echo "${b}"\n');
      fs.writeFileSync(path.join(directory, '10-a.sql'), 'SELECT 1;\n');
      fs.writeFileSync(path.join(directory, '.gitkeep'), '');
      const [, ...uploads] = container(rendered({ initScripts: directory }), 'postgres-files')
        .upload as readonly object[];
      expect(uploads).toEqual([
        { file: '/docker-entrypoint-initdb.d/10-a.sql', content: 'SELECT 1;\n', permissions: '0444' },
        { file: '/docker-entrypoint-initdb.d/20-b.sh', content: 'echo "$${b}"\n', permissions: '0555' },
      ]);
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  });

  test('describes itself to a backup', () => {
    const stack = testStack();
    const postgres = server(stack);
    expect(postgres.toBackupSource()).toEqual({
      kind: 'postgres',
      name: 'postgres',
      volume: postgres.data,
      workload: postgres.workload,
      server: { host: 'postgres', port: 5432, majorVersion: 18, network: postgres.network, distribution: 'debian' },
      socket: postgres.socket,
    });
  });
});

describe('a consumer', () => {
  test('has a role of its own in each database, with the name of the database in it beyond the first', () => {
    const stack = testStack();
    const postgres = server(stack);
    const log = postgres.addDatabase('log', { extensions: ['pg_trgm'] });
    const consumer = worker(stack, { hostname: 'order-worker' });
    consumer.connectTo(postgres);
    consumer.connectTo(log, { alias: 'LOG' });
    const document = synth(stack);
    expect(container(document, 'order-worker').env).toEqual(
      expect.arrayContaining(['DATABASE_USER=order_worker', 'LOG_USER=order_worker_log', 'LOG_NAME=log']),
    );
    expect(ids(document, 'docker_container').filter((id) => id.startsWith('postgres-role'))).toEqual([
      'postgres-role-log-order-worker',
      'postgres-role-log-order-worker-files',
      'postgres-role-order-worker',
      'postgres-role-order-worker-files',
    ]);
    expect(args(document, 'postgres-role-log-order-worker', 'entrypoint')[2]).toContain('pg_trgm');
    expect(args(document, 'postgres-role-order-worker', 'entrypoint')[2]).not.toContain('pg_trgm');
  });

  test('gets its URL composed of what is escaped for it', () => {
    const stack = testStack();
    worker(stack).connectTo(server(stack).addDatabase('Log-2'));
    const url = stack.context.secrets.find(({ name }) => name === 'postgres-log-2-worker-url');
    const parts = url?.props.parts?.map((part) => (typeof part === 'string' ? part : [part.secret.name, part.encode]));
    expect(parts).toEqual([
      'postgresql://worker_Log_2:',
      ['postgres-log-2-worker-password', 'uri'],
      '@postgres:5432/Log-2',
    ]);
  });

  test('may do as much as it asked for, and one role does not do two things', () => {
    const scripts = (['owner', 'readWrite', 'readOnly', undefined] as const).map((access: Access | undefined) => {
      const stack = testStack();
      worker(stack).connectTo(server(stack), { access });
      return args(synth(stack), 'postgres-role-worker', 'entrypoint')[2] ?? '';
    });
    const [owner, readWrite, readOnly, unsaid] = scripts;
    expect(owner).toBe(unsaid);
    expect(readWrite).toContain('GRANT SELECT, INSERT, UPDATE, DELETE');
    expect(readOnly).toContain('GRANT SELECT ON ALL TABLES');
    expect(`${owner}${readOnly}`).not.toContain('INSERT, UPDATE');
    const stack = testStack();
    const postgres = server(stack);
    const consumer = worker(stack);
    consumer.connectTo(postgres, { access: 'readOnly' });
    expect(() => consumer.connectTo(postgres, { access: 'owner' })).toThrow('"worker" connects twice');
  });

  test('is given its role over the socket, by a job without a password or a network to the outside', () => {
    const document = rendered();
    expect(container(document, 'postgres-role-worker')).toMatchObject({
      user: '999:999',
      networks_advanced: [{ name: '${docker_network.data.id}' }],
      volumes: [
        { container_path: '/run/postgresql', volume_name: '${docker_volume.postgres-socket.name}' },
        { container_path: '/run/secrets', read_only: true },
      ],
    });
    const mounting = ids(document, 'docker_container').filter((id) =>
      JSON.stringify(container(document, id).volumes ?? '').includes('postgres-socket'),
    );
    expect(mounting).toEqual(['postgres', 'postgres-retire-worker', 'postgres-role-worker']);
  });

  test('whose name the server needs itself is refused', () => {
    const stack = testStack();
    expect(() => worker(stack, { hostname: 'postgres' }, 'W').connectTo(server(stack, { hostname: 'db' }))).toThrow(
      '[shop-test/Postgres/Database-shop/Role-postgres] a consumer needs a role of its own, got "postgres"; choose another name',
    );
  });
});

test('a server that nobody uses is a finding, and one that is exposed is not', () => {
  const [alone, exposed] = [testStack(), testStack({ expose: { postgres: 15432 } })];
  server(alone);
  server(exposed);
  expect(findings(alone)).toHaveLength(1);
  expect(findings(exposed)).toEqual([]);
});

describe('a data volume of another major version', () => {
  const state = (major: string, volume = 'shop-test-postgres-data'): string =>
    JSON.stringify({
      resources: [
        {
          type: 'docker_container',
          instances: [
            {
              attributes: {
                labels: [
                  { label: 'docker-constructs.workload', value: 'shop-test/postgres' },
                  { label: 'docker-constructs.postgres-major', value: major },
                ],
                volumes: [{ volume_name: 'shop-test-postgres-socket' }, { volume_name: volume }],
              },
            },
          ],
        },
      ],
    });

  /** The refusal of PostgreSQL 18 in a project whose state file has this text. */
  function withState(text: string): string {
    const project = fs.mkdtempSync(path.join(os.tmpdir(), 'state-'));
    const before = process.cwd();
    fs.mkdirSync(path.join(project, 'state'));
    fs.writeFileSync(path.join(project, 'state', 'shop-test.tfstate'), text);
    process.chdir(project);
    try {
      return refusal((stack) =>
        worker(stack).connectTo(new PostgresService(stack, 'Postgres', { image: Image.of('postgres:18.6') })),
      );
    } finally {
      process.chdir(before);
      fs.rmSync(project, { recursive: true });
    }
  }

  test('is found from the state file', () => {
    expect(withState(state('17'))).toBe(
      '[shop-test/Postgres] the image runs PostgreSQL 18, the deployed data volume holds 17; a server cannot read the files ' +
        'of another major version. Keep an image of version 17, or move the data first (docs/postgres-service.md, "Major versions")',
    );
  });

  test('is no finding for a command that is about to move the data', () => {
    process.env.DOCKER_CONSTRUCTS_UPGRADE = 'shop-test';
    try {
      expect(withState(state('17'))).toBe('nothing was refused');
      process.env.DOCKER_CONSTRUCTS_UPGRADE = 'shop-prod';
      expect(withState(state('17'))).toContain('the image runs PostgreSQL 18, the deployed data volume holds 17');
    } finally {
      delete process.env.DOCKER_CONSTRUCTS_UPGRADE;
    }
  });

  test.each([
    ['the same version', state('18')],
    ['a state without labels', '{"resources":[{"type":"docker_container","instances":[{}]}]}'],
    ['a state that is not JSON', 'encrypted'],
    ['another volume than the one that is deployed', state('17', 'shop-test-postgres-data-20261121103000')],
  ])('is not seen in %s', (_what, text) => {
    expect(withState(text)).toBe('nothing was refused');
  });
});

describe('the start of a server', () => {
  const start = (image: string): string =>
    args(rendered({ image: Image.of(image) }), 'postgres', 'entrypoint')[2] ?? '';

  /** Runs the real start script on a directory with these files, in place of the image's own entry point a stand-in. */
  function started(
    image: string,
    files: Readonly<Record<string, string>>,
  ): { readonly status: number | null; readonly output: string } {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'postgres-'));
    try {
      for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        fs.writeFileSync(path.join(root, name), text);
      }
      const standIn = 'printf "%s " "$@"; [ -n "${POSTGRES_PASSWORD:-}" ] && echo "with a password"\nexit 0\n';
      fs.writeFileSync(path.join(root, 'docker-entrypoint.sh'), `#!/bin/sh\n${standIn}`, { mode: 0o755 });
      const script = start(image).replaceAll('/var/lib/postgresql', '.');
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'postgres', '-c', 'jit=off'], {
        cwd: root,
        encoding: 'utf8',
        env: { PATH: `${root}:${process.env.PATH ?? ''}` },
      });
      return { status, output: `${stdout}${stderr}`.trim() };
    } finally {
      fs.rmSync(root, { recursive: true });
    }
  }

  test.each([
    ['an empty volume, with a password that nobody learns', {}, 'postgres -c jit=off with a password'],
    ['data of its own version', { '18/docker/PG_VERSION': '18\n' }, 'postgres -c jit=off'],
  ])('goes on with %s', (_what, files: Readonly<Record<string, string>>, output) => {
    expect(started('postgres:18.6', files)).toEqual({ status: 0, output });
  });

  test.each([
    ['postgres:18.6', 'PG_VERSION', '17'],
    ['postgres:18.6', 'data/PG_VERSION', '16'],
    ['postgres:18.6', '17/docker/PG_VERSION', '17'],
    ['postgres:17.10', 'data/PG_VERSION', '16'],
    ['postgres:17.10', 'data/18/docker/PG_VERSION', '18'],
  ])('of %s refuses a volume with %s of version %s, and says the way on', (image, file, version) => {
    const { status, output } = started(image, { [file]: `${version}\n` });
    expect(status).toBe(1);
    expect(output).toContain(
      `This volume holds the data of PostgreSQL ${version}, but the image runs ${/:(\d+)/.exec(image)?.[1]}.`,
    );
    expect(output).toContain(`Go back to an image of version ${version}`);
  });
});

describeWith('shellcheck', 'shellcheck', () => {
  test('finds nothing to say about the scripts of a rendered server', () => {
    const document = rendered({ extensions: ['vector'] });
    for (const id of ['postgres', 'postgres-role-worker', 'postgres-retire-worker']) {
      const script = (args(document, id, 'entrypoint')[2] ?? '').replace(/([$%])\1\{/g, '$1{');
      execFileSync(requireProgram('shellcheck'), ['--shell=sh', '-'], { input: script, stdio: 'pipe' });
      expect(script).toContain('set -eu');
    }
  });
});
