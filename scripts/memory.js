'use strict';

const { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const path = require('node:path');

const IN_MEMORY = '/dev/shm';
const ENOUGH = 2 ** 30;

/**
 * The environment for tests, with a folder in memory for their thousands of small files where the machine has one with
 * space enough; a container's is small, and may forbid to run programs from it. The folder goes when this process does.
 * A TMPDIR that the user chose stands.
 */
function testEnvironment() {
  if (process.env.TMPDIR) return process.env;
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    if (bavail * bsize < ENOUGH) return process.env;
    const folder = mkdtempSync(path.join(IN_MEMORY, 'docker-constructs-'));
    // Tests start servers as another user, who has to get to their files.
    chmodSync(folder, 0o711);
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    return runsPrograms(folder) ? { ...process.env, TMPDIR: folder } : process.env;
  } catch {
    return process.env;
  }
}

function runsPrograms(folder) {
  const program = path.join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}

module.exports = { testEnvironment };
