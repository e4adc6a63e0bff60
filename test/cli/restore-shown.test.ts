import { connectionTo, identifier, shellQuoted, shownName } from '../../lib/cli/terminal/shown-name';
import { spawnSync } from 'node:child_process';

const HOSTILE = [
  'orders\nof today',
  "it's",
  '"',
  '\\',
  '\\! id',
  '$(id)',
  '`id`',
  'a=b',
  'x\u001b[2J',
  'a\u2028b',
  '\u202ex',
  '😀',
  ' ',
];

describe('names of databases in what a restore prints', () => {
  test('are words of a shell again, whatever signs they have', () => {
    for (const name of HOSTILE) {
      const { stdout } = spawnSync('bash', ['-c', `printf %s ${shellQuoted(identifier(name))}`], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      });
      expect(stdout).toBe(`"${name.replaceAll('"', '""')}"`);
    }
  });

  test('do nothing to a terminal', () => {
    const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
    for (const name of HOSTILE) {
      expect(shownName(name)).not.toMatch(unprintable);
      expect(shellQuoted(name)).not.toMatch(unprintable);
    }
    expect(shownName('orders\nof today')).toBe('"orders\\nof today"');
    expect(shownName('shop')).toBe('shop');
  });

  test('are no address where psql would take them for one', () => {
    expect(connectionTo('shop_restored')).toBe('shop_restored');
    expect(connectionTo("a=b's")).toBe("dbname='a=b\\'s'");
  });
});
