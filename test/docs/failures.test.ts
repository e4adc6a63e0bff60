import { RULES } from '../../lib/cli/failure/rules';
import { page, readPages, tableRows } from './pages';

/** Told by what looks at the image, at Terraform and at the engine, and not by a rule. */
const OTHERS = /^Error running buildx build|^`none (?:runs; get Terraform|answers at)/;

test('every failure that has an explanation is in the table of failures, and every row of it has one', () => {
  const rows = tableRows(page(readPages(), 'docs/troubleshooting.md'), 'Words of the failure').map(
    ([args = '']) => args,
  );
  expect(rows.length).toBeGreaterThan(15);
  expect(RULES.filter(({ pattern }) => !rows.some((args) => pattern.test(args)))).toEqual([]);
  expect(rows.filter((args) => !OTHERS.test(args) && !RULES.some(({ pattern }) => pattern.test(args)))).toEqual([]);
});
