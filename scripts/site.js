'use strict';

// Plugin of typedoc for `npm run docs`: the site has the pages of the table "Documentation" in README.md, in its order and
// under its groups. A page is named after its heading, and its address after its file.

const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const textOf = (file) => readFileSync(path.join(root, file), 'utf8');

/** Maps the path of each page in the table to the name of its group. */
function pagesInTable() {
  const readme = textOf('README.md');
  const rows = readme.slice(readme.indexOf('## Documentation')).matchAll(/^\| (\w[^|]*) \|(.*)$/gm);
  return new Map(
    [...rows].flatMap(([, group, pages]) => [...pages.matchAll(/\]\(([^)]+)\)/g)].map(([, page]) => [page, group])),
  );
}

function load(app) {
  const groups = pagesInTable();
  const headings = new Map();
  const missing = readdirSync(path.join(root, 'docs')).filter((name) => !groups.has(`docs/${name}`));
  for (const name of missing) app.logger.error(`docs/${name} is not in the table "Documentation" of README.md: add it`);
  app.on('bootstrapEnd', () => app.options.setValue('projectDocuments', [...groups.keys()]));
  app.converter.on('createDocument', (_context, document) => {
    const page = `${document.name}.md`;
    document.frontmatter.group = groups.get(page);
    document.name = path.basename(document.name).toLowerCase();
    headings.set(document, /^# (.+)$/m.exec(textOf(page))[1]);
  });
  // By now each page has its address.
  app.renderer.on('beginRender', () => headings.forEach((heading, document) => (document.name = heading)));
}

module.exports = { load };
