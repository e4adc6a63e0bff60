'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');
const { attempt, has, hasApt, isRoot } = require('./programs');

const BUILD = path.join(__dirname, '..', 'images', 'build.sh');
const DEFAULTS = path.join(__dirname, '..', '..', '..', 'lib', 'services', 'default-images.ts');

/** Whether images can be pulled: tried with the smallest that the stack needs anyway. */
function canPull(host) {
  const [, image] = /caddy: '([^']+)'/.exec(readFileSync(DEFAULTS, 'utf8')) ?? [];
  const here = attempt('docker', ['--host', host, 'image', 'inspect', image]).ok;
  return here || attempt('docker', ['--host', host, 'pull', '--quiet', image], { seconds: 180 }).ok;
}

/** Stand-ins for the official images, built from Debian's packages. */
function buildStandIns(host) {
  const missing = (what) => ({ env: {}, missing: [`images: no registry answers, and stand-ins need ${what}`] });
  if (!isRoot() || !hasApt()) return missing('root on Debian or Ubuntu');
  const install = ['install', '--yes', '--no-install-recommends', 'debootstrap'];
  if (!has('debootstrap', '--version') && !attempt('apt-get', install, { seconds: 180 }).ok) {
    return missing('debootstrap, which apt-get could not install');
  }
  console.log('No registry answers: building stand-in images from Debian packages (some minutes, the first time)');
  const built = attempt(BUILD, [host], { seconds: 720, stdio: ['ignore', 'pipe', 'inherit'] });
  if (!built.ok) return missing('a build that succeeds, see above');
  return { env: { DOCKER_CONSTRUCTS_IMAGE_SOURCES: built.stdout.replace(/\n/g, '') }, missing: [] };
}

/**
 * The official images where they can be pulled, stand-ins elsewhere. A choice already made in the environment stands.
 * @returns {{ env: Record<string, string>, missing: string[] }}
 */
function findImages(host) {
  if (process.env.DOCKER_CONSTRUCTS_IMAGE_SOURCES || canPull(host)) return { env: {}, missing: [] };
  return buildStandIns(host);
}

module.exports = { findImages };
