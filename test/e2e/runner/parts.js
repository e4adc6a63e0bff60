'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');
const { attempt } = require('./programs');

const DEFAULTS = path.join(__dirname, '..', '..', '..', 'lib', 'services', 'default-images.ts');
/** Parts of the monitoring that no distribution has as a package, so that there is no stand-in for them. */
const PARTS = ['alloy', 'cadvisor', 'grafana', 'loki', 'tempo'];
const PULL_SECONDS = 300;

/** The default image of a part; undefined where the library has none. */
function imageOf(part) {
  const [, image] = new RegExp(` ${part}: '([^']+)'`).exec(readFileSync(DEFAULTS, 'utf8')) ?? [];
  return image;
}

function isAtHand(host, image, mayPull) {
  const engine = ['--host', host];
  if (attempt('docker', [...engine, 'image', 'inspect', image]).ok) return true;
  return mayPull && attempt('docker', [...engine, 'pull', '--quiet', image], { seconds: PULL_SECONDS }).ok;
}

/**
 * The parts whose images the engine has, or gets; without the others the tests that need them are skipped.
 * @param mayPull whether a registry answered before
 * @returns {Record<string, string>} for the environment of the tests
 */
function findParts(host, mayPull) {
  const known = PARTS.map((part) => [part, imageOf(part)]).filter(([, image]) => image !== undefined);
  const found = known.filter(([, image]) => isAtHand(host, image, mayPull));
  const absent = known.filter((one) => !found.includes(one)).map(([, image]) => image);
  if (absent.length > 0) console.log(`Not to be had, so what needs them is skipped: ${absent.join(', ')}`);
  return { DOCKER_CONSTRUCTS_E2E_PARTS: found.map(([part]) => part).join(',') };
}

module.exports = { findParts };
