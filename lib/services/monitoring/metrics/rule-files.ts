import { basename } from 'node:path';
import { parse } from 'yaml';
import { ConfigurationError, quote } from '../../../values';
import type { HasPath } from '../../../values';
import type { NeighbourFile } from '../../../model/workload/config-file';
import { readText } from '../read-text';

/** File names of Prometheus' own configuration. */
const TAKEN: ReadonlySet<string> = new Set(['prometheus.yml', 'rules.yml']);

/**
 * Returns rule files in Prometheus' format. Prometheus' own program checks their expressions before they are put in
 * place.
 * @throws ConfigurationError for a missing file, one without rules, or one with the name of another
 */
export function readRuleFiles(where: HasPath, paths: readonly string[]): readonly NeighbourFile[] {
  const seen = new Set(TAKEN);
  return paths.map((path) => {
    const fileName = basename(path);
    if (!/^[\w.-]+\.ya?ml$/.test(fileName)) {
      throw new ConfigurationError(
        where,
        `the rule file ${quote(path)} is to have a name such as "shop.rules.yml"; rename it`,
      );
    }
    if (seen.has(fileName))
      throw new ConfigurationError(where, `the rule file ${quote(path)} has the name of another one; rename it`);
    seen.add(fileName);
    return { fileName, content: contentOf(where, path) };
  });
}

function contentOf(where: HasPath, path: string): string {
  const content = readText(where, 'the rule file', path);
  if (Array.isArray(parsed(where, path, content)?.groups)) return content;
  throw new ConfigurationError(
    where,
    `the rule file ${quote(path)} has no list of \`groups\`; write it as for \`rule_files\` of Prometheus`,
  );
}

function parsed(where: HasPath, path: string, content: string): { readonly groups?: unknown } | null {
  try {
    return parse(content) as { readonly groups?: unknown } | null;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new ConfigurationError(where, `the rule file ${quote(path)} is no YAML: ${reason}`);
  }
}
