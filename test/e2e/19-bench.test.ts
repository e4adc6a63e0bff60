import { bench, benchProgram } from './support/bench';
import { openMonitored } from './support/monitored';

/**
 * Warnings that were reviewed, each with the reason and with the services or images that may have it. They are the
 * exceptions of docs/security.md.
 */
const REVIEWED: readonly { readonly id: string; readonly of: RegExp; readonly reason: string }[] = [
  { id: '4.5', of: /^$/, reason: 'Content trust is a setting of the shell that pulls.' },
  { id: '4.6', of: /./, reason: 'Services state their health check in the program, and not in the image.' },
  { id: '4.7', of: /./, reason: 'One layer updates, installs and clears up; the check counts the words.' },
  { id: '5.2', of: /./, reason: 'The engine applies its AppArmor profile where the host has AppArmor.' },
  { id: '5.9', of: /^(proxy|prometheus|loki|tempo)$/, reason: 'Published by `edge` and `expose`.' },
  { id: '5.27', of: /^(worker|postgres-backup-drill|postgres-backup-receiver)$/, reason: 'They record what they did.' },
];

const program = benchProgram();
const title = 'docker-bench-security warns of nothing that was not reviewed';
const withBench = program === undefined ? test.skip : test;

withBench(program === undefined ? `${title} (SKIPPED: docker-bench-security.sh not found)` : title, async () => {
  const project = await openMonitored();
  if (project.deployed === undefined) {
    project.secrets.set('hook', 'http://127.0.0.1:9/never-asked');
    await project.deploy();
  }
  // A published port stands behind the name.
  const serviceOf = (item: string): string =>
    item.replace(`${project.stack}-`, '').replace(/-[0-9a-f]{8}(?::\d+)?$/, '');
  const warnings = (await bench(program ?? '', project.stack))
    .filter(({ result }) => result === 'WARN')
    .flatMap(({ id, items }) => (items.length === 0 ? [''] : items).map((item) => ({ id, of: serviceOf(item) })));
  const isReviewed = (one: { id: string; of: string }): boolean =>
    REVIEWED.some(({ id, of }) => id === one.id && of.test(one.of));
  expect(warnings.filter((one) => !isReviewed(one))).toEqual([]);
  expect(warnings.length).toBeGreaterThan(0);
});
