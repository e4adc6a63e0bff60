import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProcessEnvironment } from './child-environment';
import type { SynthesizedStack } from '../project/synthesized-stack';
import type { TerraformProgram } from './terraform-program';

/** Default folder of `init`; TF_DATA_DIR can name another one. */
const DATA_DIRECTORY = '.terraform';

/**
 * Memory of the last `init` in a stack's folder. A new one is needed when the providers, the backend or the modules of
 * the document have changed, or another command has changed the results of that `init`.
 */
export class TerraformInit {
  private readonly data: string;

  public constructor(
    private readonly stack: SynthesizedStack,
    private readonly terraform: TerraformProgram,
    variables: ProcessEnvironment,
  ) {
    this.data = resolve(stack.directory, variables.TF_DATA_DIR || DATA_DIRECTORY);
  }

  public get isNeeded(): boolean {
    return textOf(this.record) !== this.key();
  }

  /** Notes that `init` has worked. */
  public noteDone(): void {
    if (existsSync(this.data)) writeFileSync(this.record, this.key());
  }

  private get record(): string {
    return join(this.data, 'docker-constructs-init');
  }

  private key(): string {
    const { document, directory } = this.stack;
    const left = [join(directory, '.terraform.lock.hcl'), join(this.data, 'terraform.tfstate')].map(textOf);
    const wanted = [this.terraform, document.terraform, document.module];
    return createHash('sha256')
      .update(JSON.stringify([wanted, left]))
      .digest('hex');
  }
}

/** Returns true if Terraform's output asks for another `init`. */
export function asksForInit(text: string): boolean {
  return /\b(?:terraform|tofu) init\b/.test(text);
}

/** Returns true if Terraform refuses to continue without newer versions of providers than the lock file has. */
export function asksForUpgrade(text: string): boolean {
  return /\binit -upgrade\b/.test(text);
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
