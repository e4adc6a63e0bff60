import { stringify } from 'yaml';

/** YAML that readers of its version 1.1 understand as it is meant, too; no line is folded, nothing is shared by reference. */
export function yamlText(document: object): string {
  return stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
