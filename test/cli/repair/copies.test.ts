import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followedState, followState } from '../../../lib/cli/repair/copies';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(realpathSync(tmpdir()), 'copies-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const state = (serial: number, filler = ''): string =>
  JSON.stringify({
    version: 4,
    serial,
    lineage: 'a',
    filler,
    resources: [{ mode: 'managed', type: 'docker_container', name: 'api', instances: [{ attributes: { id: 'x' } }] }],
  });

/** Writes states of many sizes as Terraform does: it empties the file first. */
const WRITER = `
const fs = require('node:fs');
for (let serial = 1; serial <= 1500; serial += 1)
  fs.writeFileSync(process.argv[1], process.argv[2].replace('"serial":0', '"serial":' + serial).replace('"filler":""', '"filler":"' + 'x'.repeat(serial % 7 * 40000) + '"'));
`;

describe('a state that is followed', () => {
  test('is copied whole and private while another program empties and writes it', async () => {
    const file = join(folder, 'shop.tfstate');
    writeFileSync(file, state(0));
    const end = followState(file);
    const writer = spawn(process.execPath, ['-e', WRITER, file, state(0)], { stdio: 'inherit' });
    await once(writer, 'close');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(JSON.parse(readFileSync(followedState(file), 'utf8'))).toMatchObject({ serial: 1500 });
    expect(statSync(followedState(file)).mode & 0o777).toBe(0o600);
    end();
  });

  test.each([
    ['leaves no copy behind', state(1), false],
    ['leaves its copy where a kill emptied the file', '', true],
  ])('%s', (_, text, stays) => {
    const file = join(folder, 'shop.tfstate');
    writeFileSync(file, text);
    writeFileSync(followedState(file), state(0));
    followState(file)();
    expect(existsSync(followedState(file))).toBe(stays);
  });
});
