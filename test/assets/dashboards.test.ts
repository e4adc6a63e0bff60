import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPLATES } from '../../scripts/dashboards';
import { readableJson } from '../support/golden';
import { ROOT } from '../support/stacks';

const DIRECTORY = join(ROOT, 'lib/assets/dashboards');

/** `UPDATE_GOLDEN=1 npx jest test/assets/dashboards` writes the files anew. */
const UPDATE = process.env.UPDATE_GOLDEN === '1';

describe('The files of lib/assets/dashboards', () => {
  test.each(Object.entries(TEMPLATES))('%s is what scripts/dashboards makes', (name, template) => {
    const file = join(DIRECTORY, `${name}.json`);
    const made = `${readableJson(template)}\n`;
    if (UPDATE) writeFileSync(file, made);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : 'nothing').toBe(made);
  });

  test('are no others', () => {
    expect(readdirSync(DIRECTORY).sort()).toEqual(
      Object.keys(TEMPLATES)
        .map((name) => `${name}.json`)
        .sort(),
    );
  });
});
