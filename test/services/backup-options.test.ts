import { BackupRepository, Secret, Size } from '../../lib';
import type { BackupJobProps, EnvironmentStack } from '../../lib';
import { settings, withBackup } from '../support/backups';
import type { Wanted } from '../support/backups';
import { container, synth, testStack } from '../support/stacks';

describe('the repositories of a backup', () => {
  test('over SFTP have a key and the known hosts in files of their own, and a limit', () => {
    const to = (stack: EnvironmentStack): Wanted => ({
      acceptSameHost: undefined,
      repositories: [
        BackupRepository.sftp({
          host: '2001:db8::7',
          port: 23,
          user: 'u123-sub1',
          path: 'backups/shop',
          privateKey: new Secret(stack, 'SshKey', { origin: 'supplied' }),
          knownHosts: '[2001:db8::7]:23 ssh-ed25519 AAAA',
          uploadPerSecond: Size.mebibytes(2),
          downloadPerSecond: Size.kibibytes(512),
        }),
      ],
    });
    const document = synth(withBackup(to));
    expect(settings(document).repositories).toMatchObject([
      {
        url: 'sftp://u123-sub1@[2001:db8::7]:23/backups/shop',
        files: {
          PRIVATE_KEY: { secret: '/run/secrets/ssh-key' },
          KNOWN_HOSTS: { text: '[2001:db8::7]:23 ssh-ed25519 AAAA' },
        },
        options: [
          '-o',
          expect.stringMatching(/^sftp\.command=ssh .* StrictHostKeyChecking=yes .* u123-sub1@2001:db8::7 -s sftp$/),
          '--limit-upload=2048',
          '--limit-download=512',
        ],
      },
    ]);
    const { upload } = container(document, 'postgres-backup-files') as { upload?: readonly { file: string }[] };
    expect(upload?.map(({ file }) => file)).toContain('/run/secrets/ssh-key');
  });

  test.each([
    [{ host: '-oProxyCommand=x' }, 'repository host must be plain letters, digits and signs such as'],
    [{ host: 'a b' }, 'got "a b"'],
    [{ host: '' }, 'got ""'],
    [{ user: '-l' }, 'repository user must be'],
    [{ user: 'a@b' }, 'got "a@b"'],
    [{ path: '/srv/a b' }, 'repository path must be'],
    [{ path: '/srv/{PRIVATE_KEY}' }, 'repository path must be'],
    [{ path: '' }, 'repository path must be'],
    [{ port: 0 }, 'a port must be a whole number between 1 and 65535, got 0'],
    [{ uploadPerSecond: Size.bytes(0) }, '`uploadPerSecond` must be a whole number of KiB from 1, got "0"; write'],
    [{ downloadPerSecond: Size.bytes(1500) }, '`downloadPerSecond` must be a whole number of KiB from 1, got "1500"'],
  ])('over SFTP with %j is refused', (changed, message) => {
    const privateKey = new Secret(testStack(), 'Key');
    const good = { host: 'backup.example.org', user: 'backup', path: '/srv/shop', privateKey, knownHosts: 'x' };
    expect(() => BackupRepository.sftp({ ...good, ...changed })).toThrow(message);
  });
});

describe('who is told of a failure', () => {
  test('who is told by e-mail is in the settings, with the path of the password', () => {
    const email = (stack: EnvironmentStack): BackupJobProps['email'] => ({
      from: 'backup@example.org',
      to: ['ops@example.org', "o'hara+b@example.org"],
      server: 'mail.example.org',
      user: 'backup',
      password: new Secret(stack, 'MailPassword', { origin: 'supplied' }),
    });
    const document = synth(withBackup((stack) => ({ email: email(stack) })));
    expect(settings(document).email).toEqual({
      from: 'backup@example.org',
      to: ['ops@example.org', "o'hara+b@example.org"],
      server: 'mail.example.org',
      port: 587,
      tls: 'starttls',
      user: 'backup',
      password: '/run/secrets/mail-password',
    });
    const ports = (['implicit', 'none'] as const).map((tls) => {
      const plain = { from: 'a@example.org', to: ['b@example.org'], server: '10.0.0.25', tls };
      return settings(synth(withBackup(() => ({ email: plain })))).email;
    });
    expect(ports).toMatchObject([{ port: 465 }, { port: 25 }]);
  });

  test.each<readonly [Partial<BackupJobProps['email'] & object>, string]>([
    [{ from: 'Backup <backup@example.org>' }, 'an e-mail address is written like "ops@example.org", got "Backup <'],
    [{ to: ['a@example.org, b@example.org'] }, 'an e-mail address is written like'],
    [{ to: ['a@example.org\nBcc: x@example.org'] }, 'an e-mail address is written like'],
    [{ to: [] }, 'an e-mail has no `to`; name those who are told'],
    [{ server: 'smtp://mail' }, 'an e-mail server is a host name or an address such as "mail.example.org", got "smtp'],
    [{ user: 'backup' }, 'an e-mail server gets a `user` and a `password`, or neither; state both or none'],
    [{ port: 99_999 }, 'a port must be a whole number between 1 and 65535'],
  ])('an e-mail with %j is refused', (changed, message) => {
    const email = { from: 'a@example.org', to: ['b@example.org'], server: 'mail.example.org', ...changed };
    expect(() => withBackup(() => ({ email }))).toThrow(`[shop-test/Backup] ${message}`);
  });

  test('a password is not sent to an e-mail server that does not encrypt', () => {
    const email = (stack: EnvironmentStack): BackupJobProps['email'] => ({
      from: 'a@example.org',
      to: ['b@example.org'],
      server: 'mail.example.org',
      tls: 'none',
      user: 'backup',
      password: new Secret(stack, 'MailPassword', { origin: 'supplied' }),
    });
    expect(() => withBackup((stack) => ({ email: email(stack) }))).toThrow(
      "an e-mail's `password` would cross the network unencrypted with `tls: 'none'`; leave one of them out",
    );
  });
});
