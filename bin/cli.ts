#!/usr/bin/env node
import './supported-node';
import { buffer } from 'node:stream/consumers';
import { Command } from 'commander';
import { readProject } from '../lib/cli/project/project';
import { runRestore } from '../lib/cli/restore/command';
import { runSecrets } from '../lib/cli/secrets/secrets';
import { manifestOf } from '../lib/cli/project/synthesized-stack';
import { synthesize } from '../lib/cli/project/synthesis';
import { WITHOUT_VALUES_VARIABLE } from '../lib/model/secrets/derived-secrets';
import { applyStacks, synthStacks } from '../lib/cli/terraform/terraform-command';
import { exitWith, session } from './session';

/** Returns a command that passes its arguments on to a function, which checks them. */
function command(name: string, description: string, run: (args: readonly string[]) => number | Promise<number>) {
  return new Command(name)
    .description(description)
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action((args: readonly string[]) => exitWith(() => run(args)));
}

async function secrets(args: readonly string[]): Promise<number> {
  const outcome = await runSecrets(args, {
    manifestOf: (stack, withoutValues) => {
      const without = withoutValues ? { [WITHOUT_VALUES_VARIABLE]: '1' } : {};
      const variables = { ...session.environment, ...without };
      return manifestOf(synthesize(readProject(session.directory), variables), stack);
    },
    // A previous question has paused it.
    readInput: () => buffer(process.stdin.resume()),
    session,
    command: session.call('secrets'),
  });
  process.stdout.write(outcome.text);
  process.stderr.write(outcome.errors);
  return outcome.exitCode;
}

new Command('docker-constructs')
  .description('Commands for a project whose cdktf.json names a program with EnvironmentStacks.')
  .enablePositionalOptions()
  .addCommand(command('synth', 'write the documents for Terraform', (args) => synthStacks(args, session)))
  .addCommand(
    command('deploy', 'deploy stacks, once every secret has a value', (args) => applyStacks('deploy', args, session)),
  )
  .addCommand(command('destroy', 'remove stacks', (args) => applyStacks('destroy', args, session)))
  .addCommand(command('secrets', 'create, list, set, rotate and encrypt the secrets of a stack', secrets))
  .addCommand(command('restore', 'bring a database back from its backups', (args) => runRestore(args, session)))
  .parseAsync();
