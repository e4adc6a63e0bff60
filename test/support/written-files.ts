import { container } from './stacks';
import type { Document } from './stacks';

interface Upload {
  readonly file: string;
  readonly content: string;
}

/** The text of a file that is put into a container, or by it beside another one; empty where it is not. */
export function written(document: Document, id: string, name: string): string {
  const uploads = (container(document, id).upload ?? []) as readonly Upload[];
  return uploads.find(({ file }) => file.replace(/\.next$/, '').endsWith(`/${name}`))?.content ?? '';
}
