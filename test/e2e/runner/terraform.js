'use strict';

const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { attempt, has } = require('./programs');

const PINNED = '3.6.2';
/** The tests also look ahead at this one, where it can be had. */
const NEXT = '4.5.0';

/** Terraform, or OpenTofu where there is none; a choice already made in the environment stands. */
function findBinary() {
  const chosen = process.env.TERRAFORM_BINARY_NAME;
  return (chosen ? [chosen] : ['terraform', 'tofu']).find((binary) => has(binary, 'version'));
}

/** Whether `init` finds this version of the provider, in a local plugin folder or in a registry. */
function hasProvider(binary, version) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'docker-provider-'));
  const docker = { source: 'kreuzwerker/docker', version };
  writeFileSync(
    path.join(directory, 'main.tf.json'),
    JSON.stringify({ terraform: { required_providers: { docker } } }),
  );
  const found = attempt(binary, ['init', '-input=false', '-no-color'], { cwd: directory, seconds: 120 });
  rmSync(directory, { recursive: true, force: true });
  return found;
}

/** @returns {{ env: Record<string, string>, missing: string[] }} */
function findTerraform() {
  const binary = findBinary();
  if (binary === undefined) {
    const get = 'https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install';
    return { env: {}, missing: [`Terraform or OpenTofu, 1.7 or newer: ${get}`] };
  }
  const pinned = hasProvider(binary, PINNED);
  if (!pinned.ok) {
    const where = '~/.terraform.d/plugins, ~/.local/share/terraform/plugins, or a registry that answers';
    const reason = pinned.text.split('\n').slice(-6).join('\n    ');
    return { env: {}, missing: [`the provider kreuzwerker/docker ${PINNED} (${where}):\n    ${reason}`] };
  }
  const next = hasProvider(binary, NEXT).ok ? NEXT : '';
  return { env: { TERRAFORM_BINARY_NAME: binary, DOCKER_CONSTRUCTS_E2E_NEXT_PROVIDER: next }, missing: [] };
}

module.exports = { findTerraform };
