import { readFileSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ROOT } from './command';

const PAGE = path.join(ROOT, 'docs/performance.md');
const HEADING = '## Figures\n';
/** What the section says as long as it is empty. */
const NONE = 'None are written down yet.\n';

/** Puts the table of one part between its marks on the page; the first time, at the end of the section of figures. */
export function record(part: string, text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(PAGE, withPart(page, part, `${text}\n\n${machine()}`));
}

export function withPart(before: string, part: string, text: string): string {
  const page = before.replace(NONE, '');
  const [begin, end] = [`<!-- bench ${part} -->`, `<!-- end of bench ${part} -->`];
  const block = `${begin}\n\n${text}\n\n${end}`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from >= 0 && to > from) return page.slice(0, from) + block + page.slice(to + end.length);
  const heading = page.indexOf(HEADING);
  if (heading < 0) throw new Error(`${PAGE} has no section "${HEADING.trim()}"`);
  const next = page.indexOf('\n## ', heading + HEADING.length);
  const at = next < 0 ? page.length : next;
  return `${page.slice(0, at).trimEnd()}\n\n${block}\n${page.slice(at)}`;
}

function machine(): string {
  const cores = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return (
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ` +
    `${memory} GiB of memory, ${os.type()} ${os.release().replace(/[^0-9.].*/, '')}, Node ${process.versions.node}.`
  );
}
