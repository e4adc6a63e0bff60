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
  const source = stack.node.findChild('Postgres') as PostgresService;
  new BackupJob(stack, 'Backup', { source, repositories: [BackupRepository.volume()], acceptSameHost: 'a test' });
  return stack;
}

export function monitoredDocument(add: (stack: EnvironmentStack) => void = () => {}): Document {
  const stack = monitored();
  add(stack);
  return synth(stack);
}
