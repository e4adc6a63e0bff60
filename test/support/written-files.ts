import { parse } from 'yaml';
import type { AlertSeverity } from '../../lib/values';
import { container } from './stacks';
import type { Document } from './stacks';

interface Upload {
  readonly file: string;
  readonly content: string;
}

/** The text of a file that is put into a container, or by it beside another one, as Terraform writes it. */
export function written(document: Document, id: string, name: string): string {
  const uploads = (container(document, id).upload ?? []) as readonly Upload[];
  const found = uploads.find(({ file }) => file.replace(/\.next$/, '').endsWith(`/${name}`));
  if (found === undefined) throw new Error(`${id} brings no ${name}`);
  return found.content.replaceAll('$${', '${');
}

/** An alert rule as Prometheus reads it. */
export interface WrittenRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>> & { readonly severity: AlertSeverity };
}

/** The alert rules of a stack. */
export function writtenRules(document: Document): readonly WrittenRule[] {
  const { groups } = parse(written(document, 'prometheus-config', 'rules.yml')) as {
    readonly groups: readonly { readonly rules: readonly WrittenRule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}
