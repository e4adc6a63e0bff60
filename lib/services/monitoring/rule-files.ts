import { basename } from 'node:path';
import { parse } from 'yaml';
import { ConfigurationError, quoted } from '../../values';
import type { Located } from '../../values';
import type { NeighbourFile } from '../../model/config-file';
import { readText } from './read-text';

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
  const content = readText(where, 'the rule file', path);
  if (Array.isArray(parsed(where, path, content)?.groups)) return content;
  throw new ConfigurationError(
    where,
    `the rule file ${quoted(path)} has no list of \`groups\`; write it as for \`rule_files\` of Prometheus`,
  );
}

function parsed(where: Located, path: string, content: string): { readonly groups?: unknown } | null {
  try {
    return parse(content) as { readonly groups?: unknown } | null;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new ConfigurationError(where, `the rule file ${quoted(path)} is no YAML: ${reason}`);
  }
}
