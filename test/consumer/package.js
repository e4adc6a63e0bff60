'use strict';

const { run } = require('../../scripts/processes');

/** What is in the tarball, and nothing else. */
async function listFiles(tarball) {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  return stdout
    .trim()
    .split('\n')
    .map((name) => name.replace(/^package\//, ''));
}

const PUBLISHED =
  /^(?:dist\/(?:lib\/.+\.(?:js|d\.ts|d\.ts\.map)|lib\/assets\/dashboards\/\w+\.json|programs\/(?:age\/age\.cjs|gate\/\w[\w-]*\.cjs|quiesce\/\w+\.sh|backup\/(?:Dockerfile|\.dockerignore|backup\/\w+\.py))|bin\/(?:cli|session|supported-node)\.js)|lib\/[\w/-]+\.ts|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
const REQUIRED = [
  'dist/lib/index.js',
  'dist/lib/index.d.ts',
  'dist/bin/cli.js',
  'dist/bin/supported-node.js',
  'dist/programs/gate/main.cjs',
  'dist/lib/assets/dashboards/overview.json',
  'dist/programs/backup/Dockerfile',
  'dist/programs/backup/backup/__main__.py',
  'dist/programs/age/age.cjs',
  'dist/programs/quiesce/stop.sh',
  'LICENSE',
];

/** The complaints about a list of published files. */
function judgeFiles(files) {
  const stray = files.filter((name) => !PUBLISHED.test(name)).map((name) => `published, but should not be: ${name}`);
  const declarations = files.filter((name) => name.startsWith('dist/') && name.endsWith('.d.ts'));
  // "Go to definition" follows the map of a declaration to the source.
  const sources = declarations.flatMap((name) => [`${name}.map`, name.replace(/^dist\/(.+)\.d\.ts$/, '$1.ts')]);
  const missing = [...REQUIRED, ...sources].filter((name) => !files.includes(name));
  return [...stray, ...missing.map((name) => `not published: ${name}`)];
}

module.exports = { listFiles, judgeFiles };
