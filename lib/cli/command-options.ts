import { Option } from 'commander';

/** Makes options that each conflict with all others of `names`: at most one of them can be given. */
export function exclusive(names: readonly string[]): (flags: string, description: string) => Option {
  return (flags, description) => {
    const option = new Option(flags, description);
    return option.conflicts(names.filter((name) => name !== option.attributeName()));
  };
}

/** The parser ends `--help` and wrong usage with an error of its own; its text has been written by then. */
export function isParserExit(error: unknown): error is { readonly exitCode: number; readonly message: string } {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('commander.');
}
