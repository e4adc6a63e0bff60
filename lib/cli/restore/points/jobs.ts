import type { BackedJob } from '../../../model/stack/backup-record';
import { WORKLOAD_LABEL, workloadKey } from '../../../model/stack/labels';
import type { Subject } from '../context';

/** Prints the jobs that the deploy runs on the restored data, and those that it skips. */
export function tellJobs({ record: { jobs }, session }: Pick<Subject, 'record' | 'session'>): void {
  const [run, skipped] = [namesOf(jobs, 'run'), namesOf(jobs, 'skip')];
  if (run !== '') session.print(`Jobs that run on the restored data: ${run}`);
  if (skipped !== '')
    session.print(
      `Jobs that do not run on it: ${skipped}. With \`afterRestore: 'run'\` a job runs, and may change what is restored.`,
    );
}

function namesOf(jobs: readonly BackedJob[], wanted: BackedJob['afterRestore']): string {
  return jobs
    .filter(({ afterRestore }) => afterRestore === wanted)
    .map(({ hostname }) => hostname)
    .join(', ');
}

/** Prints how to run the skipped jobs. */
export async function tellSkipped({ docker, manifest, record, session }: Subject): Promise<void> {
  for (const { hostname } of record.jobs) {
    const label = `label=${WORKLOAD_LABEL}=${workloadKey(manifest.stack, hostname)}`;
    const args = ['ps', '--all', '--filter', label, '--filter', 'status=created', '--format', '{{.Names}}'];
    for (const name of await docker.lines(args))
      session.print(`Job ${hostname} was not run on the restored data. To run it: docker start --attach ${name}`);
  }
}
