// Slow: starts sshd and restic.

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import * as path from 'node:path';
import { BackupJob, BackupRepository, PostgresService, Secret, Size } from '../../../lib';
import { freePorts } from '../../support/free-ports';
import { describeWith, requireProgram } from '../../support/programs';
import { worker } from '../../support/services';
import { container, ROOT, synth, testStack } from '../../support/stacks';

/** Uses the first repository of the configuration as the jobs do. */
const PROGRAM = `
import json, pathlib, sys
from backup import configuration, repository
from backup.failure import Failure
from backup.processes import Deadline
deadline = Deadline(60)
verb, directory = sys.argv[1], pathlib.Path(sys.argv[2])
place = repository.of(configuration.load())[0]
try:
    if verb == "save":
        with place.opened(deadline):
            place.save([directory], "dump", deadline)
    else:
        newest = place.newest("dump", deadline)
        place.fetch(newest["id"], directory, directory.with_name("fetched"), "dump", deadline)
except Failure as failure:
    sys.exit(str(failure))
`;

/** The file that the backup program of a stack with this one repository reads. */
function settingsFor(host: { readonly port: number; readonly path: string; readonly knownHosts: string }): string {
  const stack = testStack();
  const postgres = new PostgresService(stack, 'Postgres');
  worker(stack).connectTo(postgres);
  const repository = BackupRepository.sftp({
    host: '127.0.0.1',
    user: userInfo().username,
    privateKey: new Secret(stack, 'SshKey', { origin: 'supplied' }),
    uploadPerSecond: Size.mebibytes(64),
    ...host,
  });
  new BackupJob(stack, 'Backup', { source: postgres, repositories: [repository] });
  const uploads = container(synth(stack), 'postgres-backup-files').upload as readonly {
    file: string;
    content?: string;
  }[];
  return uploads.find(({ file }) => file.endsWith('/backup.json'))?.content ?? '';
}

describeWith(
  ['sshd', 'ssh', 'ssh-keygen', 'restic', 'python3'],
  'a repository over SFTP, with a real server that wants a key',
  () => {
    let directory: string;
    let server: ChildProcess;
    let port: number;
    const at = (...names: readonly string[]): string => path.join(directory, ...names);
    const publicKey = (name: string): string => readFileSync(at(`${name}.pub`), 'utf8').trim();
    const knownHost = (): string => `[127.0.0.1]:${port} ${publicKey('host')}`;

    function makeKey(name: string): void {
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', at(name)]);
    }

    async function start(): Promise<void> {
      // sshd has its folder only where something else started it before.
      if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
      server = spawn(requireProgram('sshd'), ['-D', '-e', '-f', at('sshd_config')], { stdio: 'ignore' });
      for (let attempt = 0; attempt < 100 && !(await answers(port)); attempt += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }

    async function stop(): Promise<void> {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
    }

    /** What the program says when it fails; empty when it went well. */
    function use(verb: 'save' | 'fetch', settings: string): string {
      writeFileSync(at('backup.json'), settings.replaceAll('/run/secrets', at('secrets')));
      const { status, stderr } = spawnSync(requireProgram('python3'), ['-c', PROGRAM, verb, at('dump')], {
        encoding: 'utf8',
        env: {
          ...process.env,
          PYTHONPATH: path.join(ROOT, 'programs/backup'),
          PYTHONDONTWRITEBYTECODE: '1',
          BACKUP_CONFIGURATION: at('backup.json'),
          BACKUP_STATE: at('state'),
          BACKUP_OWN: at('own'),
        },
      });
      return status === 0 ? '' : stderr;
    }

    beforeAll(async () => {
      // A repository has a plain path, which the folder for temporary files need not have.
      directory = mkdtempSync('/tmp/sftp-');
      [port = 0] = await freePorts(1);
      for (const name of ['host', 'user', 'stranger']) makeKey(name);
      mkdirSync(at('secrets'));
      mkdirSync(at('dump'));
      writeFileSync(at('dump', 'app.dump'), 'PGDMP'.repeat(1000));
      writeFileSync(at('secrets', 'postgres-backup-sftp-key'), 'a key of the encryption');
      // As secrets arrive in a container: readable by all, without the line end.
      writeFileSync(at('secrets', 'ssh-key'), readFileSync(at('user'), 'utf8').trimEnd(), { mode: 0o444 });
      writeFileSync(at('authorized'), `restrict,command="internal-sftp" ${publicKey('user')}\n`);
      const lines = [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${at('host')}`,
        `AuthorizedKeysFile ${at('authorized')}`,
        `PidFile ${at('pid')}`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'Subsystem sftp internal-sftp',
      ];
      writeFileSync(at('sshd_config'), `${lines.join('\n')}\n`);
      await start();
    });
    afterAll(async () => {
      await stop();
      rmSync(directory, { recursive: true });
    });
    test('is made, written to and read again, with a key that only its reader may read', () => {
      const settings = settingsFor({ port, path: at('far', 'shop'), knownHosts: knownHost() });
      expect(use('save', settings)).toBe('');
      expect(use('fetch', settings)).toBe('');
      expect(readFileSync(at('fetched', 'app.dump'), 'utf8')).toBe('PGDMP'.repeat(1000));
      expect(readdirSync(at('far', 'shop')).sort()).toEqual(['config', 'data', 'index', 'keys', 'locks', 'snapshots']);
      expect(statSync(at('own', 'sftp', 'PRIVATE_KEY')).mode & 0o777).toBe(0o600);
      expect(statSync(at('own', 'sftp')).mode & 0o777).toBe(0o700);
    });

    test('gives nothing to a host that has another key than the known one', () => {
      const stranger = `[127.0.0.1]:${port} ${publicKey('stranger')}`;
      expect(use('save', settingsFor({ port, path: at('stranger-place'), knownHosts: stranger }))).toContain(
        'Host key verification failed',
      );
      expect(use('save', settingsFor({ port, path: at('stranger-place'), knownHosts: '' }))).toContain(
        'Host key verification failed',
      );
      expect(existsSync(at('stranger-place'))).toBe(false);
    });

    test('is refused with another key than the one it lets in', () => {
      const settings = settingsFor({ port, path: at('locked'), knownHosts: knownHost() });
      const own = readFileSync(at('secrets', 'ssh-key'));
      rmSync(at('secrets', 'ssh-key'));
      writeFileSync(at('secrets', 'ssh-key'), readFileSync(at('stranger')));
      expect(use('save', settings)).toContain('Permission denied');
      rmSync(at('secrets', 'ssh-key'));
      writeFileSync(at('secrets', 'ssh-key'), own, { mode: 0o444 });
      expect(existsSync(at('locked'))).toBe(false);
    });

    test('that is down fails, and one that was emptied is not begun anew', async () => {
      const settings = settingsFor({ port, path: at('far', 'shop'), knownHosts: knownHost() });
      await stop();
      expect(use('save', settings)).toMatch(/^cannot be reached: .*Connection refused/s);
      await start();
      rmSync(at('far', 'shop'), { recursive: true });
      expect(use('save', settings)).toContain('cannot be reached');
      expect(existsSync(at('far', 'shop'))).toBe(false);
    });
  },
);

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
