import { Option } from 'commander';

/** Returns a maker of options that exclude each other: at most one of `names` can be given. */
export function exclusive(names: readonly string[]): (flags: string, description: string) => Option {
  return (flags, description) => {
    const option = new Option(flags, description);
    return option.conflicts(names.filter((name) => name !== option.attributeName()));
  };
}

/** Returns true for the parser's own exit after `--help` or wrong usage; its text has been printed already. */
export function isParserExit(error: unknown): error is { readonly exitCode: number; readonly message: string } {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('commander.');
}
