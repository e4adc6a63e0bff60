import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SynthesizedStack } from '../project/synthesized-stack';

const FILE = '.terraform.lock.hcl';
const MISMATCH = /doesn't match any of the checksums|does not match any of the checksums/;

/**
 * The checksums of providers that a project keeps in git. If the project's folder has the file, Terraform gets it for
 * each stack, and refuses a provider with other contents. New checksums of `init` for another program or system are
 * copied back. Stacks whose provider has another version than the file keep a file of their own.
 */
export class ProviderLock {
  private readonly shared: string;
  private readonly own: string;

  /** @param project - folder with `cdktf.json` */
  public constructor(
    project: string,
    private readonly stack: SynthesizedStack,
  ) {
    this.shared = join(project, FILE);
    this.own = join(stack.directory, FILE);
  }

  /** Copies the project's file for Terraform. */
  public bring(): void {
    if (this.isForStack() && textOf(this.own) !== textOf(this.shared)) copyFileSync(this.shared, this.own);
  }

  /** Copies the new checksums of `init` back. */
  public takeBack(): void {
    if (this.isForStack() && existsSync(this.own) && textOf(this.own) !== textOf(this.shared))
      copyFileSync(this.own, this.shared);
  }

  /** Returns an explanation of a refusal because of checksums; '' for another failure. */
  public explain(failure: string): string {
    if (!MISMATCH.test(failure.replace(/\s+/g, ' ')) || !existsSync(this.shared)) return '';
    return (
      `The provider is not the one whose checksums are in ${this.shared}. Find out why before you go on. For another ` +
      'system, add its checksums: terraform providers lock -platform=<os>_<arch>.'
    );
  }

  private isForStack(): boolean {
    const text = textOf(this.shared);
    if (text === '') return false;
    const wanted = Object.values(this.stack.document.terraform?.required_providers ?? {});
    return wanted.every(({ source = '', version = '' }) => {
      const locked = new RegExp(`^provider "[^"]*/${source}" \\{[^}]*?^  version\\s*= "([^"]+)"`, 'm').exec(text)?.[1];
      return locked === undefined || locked === version || !/^\d+\.\d+\.\d+$/.test(version);
    });
  }
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
