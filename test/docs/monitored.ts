import { BackupJob, BackupRepository, PostgresService } from '../../lib';
import type { EnvironmentStack } from '../../lib';
import { synth } from '../support/stacks';
import type { Document } from '../support/stacks';
import { run } from './examples';
import { page, readPages } from './pages';

/** The first program on the page about monitoring, with a backup of its database. */
export function monitored(): EnvironmentStack {
  const [block] = page(readPages(), 'docs/monitoring-stack.md').blocks;
  if (block === undefined) throw new Error('the page has no program any more');
  const stack = run(block);
  const of = stack.node.findChild('Postgres') as PostgresService;
  new BackupJob(stack, 'Backup', { of, to: [BackupRepository.volume()], acceptSameHost: 'a test' });
  return stack;
}

/** A file that a container gets; it may be staged. */
export function told(document: Document, file: string): string {
  const uploads = Object.values(document.resource.docker_container ?? {}).flatMap(
    ({ upload = [] }) => upload as readonly { readonly file: string; readonly content: string }[],
  );
  const found = uploads.find((upload) => upload.file.replace(/\.next$/, '') === file);
  if (found === undefined) throw new Error(`nobody gets ${file}`);
  return found.content.replaceAll('$${', '${');
}

export function monitoredDocument(add: (stack: EnvironmentStack) => void = () => {}): Document {
  const stack = monitored();
  add(stack);
  return synth(stack);
}
