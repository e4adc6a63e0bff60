import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { ConfigurationError, quoted } from '../../values';
import type { Located } from '../../values';
import type { NeighbourFile } from '../../model/config-file';

/** Names that Prometheus' own configuration has. */
const TAKEN: ReadonlySet<string> = new Set(['prometheus.yml', 'rules.yml']);

/**
 * Rule files as they are written for Prometheus. Whether their expressions can be worked out is checked by Prometheus'
 * own program, before they are put in place.
 * @throws ConfigurationError for a file that is not there, is none of rules, or has the name of another
 */
export function readRuleFiles(where: Located, paths: readonly string[]): readonly NeighbourFile[] {
  const seen = new Set(TAKEN);
  return paths.map((path) => {
    const fileName = basename(path);
    if (!/^[\w.-]+\.ya?ml$/.test(fileName)) {
      throw new ConfigurationError(
        where,
        `the rule file ${quoted(path)} is to have a name such as "shop.rules.yml"; rename it`,
      );
    }
    if (seen.has(fileName))
      throw new ConfigurationError(where, `the rule file ${quoted(path)} has the name of another one; rename it`);
    seen.add(fileName);
    return { fileName, content: contentOf(where, path) };
  });
}

function contentOf(where: Located, path: string): string {
  const content = read(where, path);
  if (hasGroups(content)) return content;
  throw new ConfigurationError(
    where,
    `the rule file ${quoted(path)} has no list of \`groups\`; write it as for \`rule_files\` of Prometheus`,
  );
}

function read(where: Located, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigurationError(
      where,
      `the rule file ${quoted(path)} cannot be read; correct its path, which is relative to where the program is started`,
    );
  }
}

function hasGroups(content: string): boolean {
  try {
    return Array.isArray((parse(content) as { readonly groups?: unknown } | null)?.groups);
  } catch {
    return false;
  }
}
