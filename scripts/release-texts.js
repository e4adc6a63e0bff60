'use strict';

// What a release changes in files, as functions of their texts.

const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;
const UNRELEASED = '## [Unreleased]\n';

class ReleaseError extends Error {}

function numbersOf(version) {
  const match = VERSION.exec(version ?? '');
  if (match === null) throw new ReleaseError(`the version must have the form 1.2.3, got "${version ?? ''}"`);
  return match.slice(1).map(Number);
}

/** Refuses a version that is not above the present one. */
function assertNewer(version, present) {
  const [wanted, old] = [numbersOf(version), numbersOf(present)];
  const first = wanted.findIndex((number, index) => number !== old[index]);
  if (first < 0 || wanted[first] < old[first]) {
    throw new ReleaseError(`the version must be above ${present}, the one in package.json, got ${version}`);
  }
}

/** Moves the entries of "Unreleased" below a heading of the version and the date. */
function releasedChangelog(text, version, date) {
  const start = text.indexOf(UNRELEASED);
  if (start < 0) throw new ReleaseError('CHANGELOG.md must have the heading "## [Unreleased]"');
  const end = start + UNRELEASED.length;
  const [entries] = text.slice(end).split(/^## /m);
  if (!/^- /m.test(entries)) throw new ReleaseError('CHANGELOG.md must have entries below "## [Unreleased]"');
  return `${text.slice(0, end)}\n## [${version}] - ${date}\n${text.slice(end)}`;
}

/** The one place of the README that names the archive. */
function releasedReadme(text, present, version) {
  return text.replaceAll(`docker-constructs-${present}.tgz`, `docker-constructs-${version}.tgz`);
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** Returns the files of a release by name, as they become. `read` returns the text of one as it is. */
function releasedFiles(read, version, date) {
  const manifest = JSON.parse(read('package.json'));
  const lock = JSON.parse(read('package-lock.json'));
  const present = manifest.version;
  assertNewer(version, present);
  const packages = { ...lock.packages, '': { ...lock.packages[''], version } };
  return {
    'CHANGELOG.md': releasedChangelog(read('CHANGELOG.md'), version, date),
    'README.md': releasedReadme(read('README.md'), present, version),
    'package.json': json({ ...manifest, version }),
    'package-lock.json': json({ ...lock, version, packages }),
  };
}

module.exports = { ReleaseError, releasedFiles };
