import { failureText } from '../../lib/cli/project/app-failure';
import { lastError, TerraformLog, withoutEscapes } from '../../lib/cli/terraform/terraform-log';

const EDGE = '\u001b[31m│\u001b[0m \u001b[0m';

/** A piece of Terraform's output. */
const piece = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

function logOf(...chunks: readonly string[]) {
  const lines: string[] = [];
  const log = new TerraformLog((line) => lines.push(withoutEscapes(line)));
  chunks.forEach(log.add);
  log.end();
  return { lines, failure: log.failure(), saidDone: log.saidDone, warnings: log.warnings };
}

const gate = (address: string, args: string) => `\u001b[1m${address} (local-exec):\u001b[0m ${args}`;
const block = (...lines: readonly string[]) =>
  piece('\u001b[31m╷\u001b[0m', ...lines.map((line) => EDGE + line), '\u001b[31m╵\u001b[0m');

describe('the output of Terraform', () => {
  test('comes line by line, without repeated blank lines', () => {
    const { lines } = logOf(
      piece('', '', '\u001b[0m\u001b[1mdocker_network.edge: Creating...\u001b[0m'),
      piece('docker_network.edge: Creation complete after 2s [id=1]', '', '', 'docker_network.app: Creating...'),
      'no line end',
    );
    expect(lines).toEqual([
      'docker_network.edge: Creating...',
      'docker_network.edge: Creation complete after 2s [id=1]',
      '',
      'docker_network.app: Creating...',
      'no line end',
    ]);
  });

  test('has warnings of gates, each once, also of those that succeeded', () => {
    const { warnings } = logOf(
      piece(
        gate('docker_container.role-api', 'Warning: [shop/Postgres] sorted'),
        'docker_container.role-api: Creation complete',
      ),
      piece(gate('docker_container.role-job', 'Warning: [shop/Postgres] sorted'), 'Warning: Deprecated'),
    );
    expect(warnings).toEqual(['Warning: [shop/Postgres] sorted']);
  });

  test('is the same in whatever pieces it arrives', () => {
    const text =
      piece('docker_network.edge: Creating...') + block('\u001b[1mError: \u001b[0mno', '', 'because') + 'end';
    const whole = logOf(text);
    for (let size = 1; size < 40; size++) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      expect(logOf(...chunks)).toEqual(whole);
    }
  });

  test.each([
    ['\u001b[1mApply complete! Resources: 1 added, 0 changed, 0 destroyed.\u001b[0m\n', true],
    ['No changes. Your infrastructure matches the configuration.\n', true],
    ['Plan: 1 to add, 0 to change, 0 to destroy.\n', false],
    ['docker_container.api (local-exec): Apply complete!\n', false],
  ])('%j says that all is done: %j', (text, expected) => {
    expect(logOf(text).saidDone).toBe(expected);
  });

  test('loses colours, movements and titles only', () => {
    expect(withoutEscapes('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007[1A] \u001b[?25hx')).toBe('red [1A] x');
  });
});

describe('the reason of a failure', () => {
  test('is what the gate said, for what it did not let pass', () => {
    const { failure } = logOf(
      piece(gate('docker_container.db', 'waiting')),
      piece('docker_container.db: Creation complete after 1s'),
      piece(gate('docker_container.api', 'Executing: ["/bin/sh" "-c" "node gate healthy"]')),
      piece(
        gate('docker_container.api', 'The container shop-dev-api never got healthy.'),
        gate('docker_container.api', '  503'),
      ),
      block(
        '\u001b[31mError: \u001b[0mlocal-exec provisioner error',
        '',
        'exit status 1. Output: The container',
        '  503',
      ),
    );
    expect(failure).toBe('docker_container.api failed:\n  The container shop-dev-api never got healthy.\n    503');
  });

  test("is Terraform's error otherwise, once", () => {
    const error = block('\u001b[31mError: \u001b[0mUnable to start container', '', '  with docker_container.api,');
    expect(logOf(error, error).failure).toBe('Error: Unable to start container\n\n  with docker_container.api,');
  });

  test('is the error and the gate when both are there', () => {
    const { failure } = logOf(
      piece(gate('docker_container.api', 'unhealthy')),
      block('Error: Unable to remove network'),
      block('Error: local-exec provisioner error', 'unhealthy'),
    );
    expect(failure).toBe('Error: Unable to remove network\n\ndocker_container.api failed:\n  unhealthy');
  });

  test('is not a warning, and not known without an error', () => {
    expect(logOf(block('Warning: Deprecated')).failure).toBe('');
    expect(logOf('Usage Error: Found no stacks').failure).toBe('');
  });

  test.each([
    ['\nError: Failed to query\n\nCould not retrieve\nthe list.\n', 'Failed to query Could not retrieve the list.'],
    ['╷\n│ Error: one\n│ \n╵\n╷\n│ \u001b[1mError: \u001b[0mtwo\n│   three\n╵\n', 'two three'],
    ['all is well', ''],
  ])('is one line from %j', (text, expected) => {
    expect(lastError(text)).toBe(expected);
  });
});

describe('the failure of a program', () => {
  const frames =
    '    at Object.<anonymous> (/app/main.ts:3:9)\n    at node:internal/main/run_main_module:28:49\n\nNode.js v20.20.2\n';

  test('is the message without what Node adds', () => {
    const thrown = `/app/main.ts:3\n  throw new Error('x');\n  ^\n\nConfigurationError: [shop-dev/Api] port 0\nis no port\n${frames}`;
    expect(failureText(thrown)).toBe('[shop-dev/Api] port 0\nis no port');
  });

  test('keeps what the program said before', () => {
    expect(failureText(`a hint\n/app/main.ts:3\n  code\n  ^\n\nError: no\n${frames}`)).toBe('a hint\nno');
    expect(failureText(`a hint\nTypeError: no\n${frames}`)).toBe('a hint\nno');
    expect(failureText(`Error [ERR_X]: no\n${frames}`)).toBe('no');
  });

  test('is all of its text when there is no error in it', () => {
    expect(failureText('sh: 1: node_modules/.bin/ts-node: not found\n')).toBe(
      'sh: 1: node_modules/.bin/ts-node: not found',
    );
    expect(failureText('')).toBe('');
  });

  test('of a validation keeps every finding', () => {
    const text = `node:internal/x:1\n  y\n  ^\n\nError: Validation failed with the following errors:\n  [shop-dev/Api] one\n  [shop-dev/Db] at least two\n\n${frames}`;
    expect(failureText(text)).toBe(
      'Validation failed with the following errors:\n  [shop-dev/Api] one\n  [shop-dev/Db] at least two',
    );
  });
});
