'use strict';

/** Variables of a shell by which it steers the programs that the tests start, or the stacks of this repository. */
const STEERING =
  /^(?:CDKTF|DOCKER(?!_CONSTRUCTS_PROOF)|GIT|LC|MNEMOLITE|RESTIC|SYNTH|TERRAFORM|TF)_|^(?:LANG|LANGUAGE|PG|PYTHON|XDG_CONFIG_HOME)/;

/** Runs once, before the first test: what a test sees must not depend on the shell or the git configuration of its user. */
module.exports = async () => {
  for (const name of Object.keys(process.env)) if (STEERING.test(name)) delete process.env[name];
  // Tests read messages of other programs, which speak the user's language.
  Object.assign(process.env, { LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
};
