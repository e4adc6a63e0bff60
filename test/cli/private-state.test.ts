import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { withPrivateState } from '../../lib/cli/terraform/private-state';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'private-state-'));
const document = { terraform: { backend: { local: { path: 'shop.tfstate' } } } };
const modeOf = (name: string): string => (fs.statSync(path.join(directory, name)).mode & 0o777).toString(8);

afterAll(() => fs.rmSync(directory, { recursive: true }));

test('a state, its backup, and what is written meanwhile can be read by the user alone', async () => {
  for (const name of ['shop.tfstate', 'shop.tfstate.backup']) {
    fs.writeFileSync(path.join(directory, name), '{}');
    fs.chmodSync(path.join(directory, name), 0o644);
  }
  const mask = process.umask();
  await withPrivateState(
    [
      { directory, document },
      { directory, document: {} },
    ],
    () => {
      fs.writeFileSync(path.join(directory, 'new.tfstate'), '{}', { mode: 0o666 });
      return Promise.resolve();
    },
  );
  expect(['shop.tfstate', 'shop.tfstate.backup', 'new.tfstate'].map(modeOf)).toEqual(['600', '600', '600']);
  expect(process.umask()).toBe(mask);
});

test('the mask of the process is as before after a failure, too', async () => {
  const mask = process.umask();
  await expect(withPrivateState([], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(process.umask()).toBe(mask);
});
