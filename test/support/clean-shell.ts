/** Imported before anything that reads the shell: a test of the real environments must not depend on who runs it. */
for (const key of Object.keys(process.env)) {
  if (/^(?:MNEMOLITE|DOCKER_CONSTRUCTS|CDKTF|SYNTH)_/.test(key)) delete process.env[key];
}
