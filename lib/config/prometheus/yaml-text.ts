import { stringify } from 'yaml';

/** Returns YAML that readers of version 1.1 understand correctly too, without folded lines and references. */
export function yamlText(document: object): string {
  return stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
