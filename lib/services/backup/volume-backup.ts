import { ConfigurationError, quote } from '../../values';
import type { HasPath } from '../../values';
import type { DrillSettings, VolumeSettings } from '../../config';
import type { BackupSource, VolumeSource } from '../../model/capabilities/backup-source';
import { stackContext } from '../../model/stack/stack-context';
import { stopOnRequest } from '../../model/workload/stop-requests';
import type { Volume } from '../../model/workload/volume';
import type { BackupJobProps } from './backup-job-props';
import type { BackupProgram } from './backup-program';
import { CopyProgram, REQUESTS } from './copy-program';
import type { Quiesce } from './quiesce';

const SOURCE = '/source';
const OF_DATABASES = ['dump', 'pitr'] as const;
const OF_VOLUMES = ['quiesce', 'files'] as const;
const DRILL_OF_DATABASES = ['assertions', 'minTables'] as const;
const DRILL_OF_VOLUMES = ['minFiles', 'sqlite'] as const;

/** Refuses options of databases for a volume, and the other way round: they would be ignored silently. */
export function assertApplicable(where: HasPath, source: BackupSource, props: BackupJobProps): void {
  const isVolume = source.kind === 'volume';
  const strangers = [
    ...(isVolume ? OF_DATABASES : OF_VOLUMES).filter((key) => props[key] !== undefined),
    ...(isVolume ? DRILL_OF_DATABASES : DRILL_OF_VOLUMES)
      .filter((key) => props.drill?.[key] !== undefined)
      .map((key) => `drill.${key}`),
  ];
  if (strangers.length > 0) {
    const [own, other] = isVolume ? ['a volume', 'databases'] : ['a database', 'volumes'];
    throw new ConfigurationError(
      where,
      `\`${strangers[0]}\` is an option for backups of ${other}, and ${quote(source.name)} is ${own}; leave it out`,
    );
  }
  if (isVolume) assertQuiesce(where, source, props.quiesce);
}

function assertQuiesce(where: HasPath, { name }: BackupSource, quiesce: Quiesce | undefined): void {
  const ways =
    '`Quiesce.stop(service)`, `Quiesce.command([…], { service })` or, where it does no harm, `Quiesce.none(reason)`';
  if (quiesce === undefined) {
    throw new ConfigurationError(
      where,
      `does not say how volume ${quote(name)} is kept from changing while it is saved, and a copy of files that are ` +
        `written to may be good for nothing; state \`quiesce\`: ${ways}`,
    );
  }
  const missing = missingPart(quiesce);
  if (missing === undefined) return;
  throw new ConfigurationError(where, `the way to quiesce volume ${quote(name)} has no ${missing}; state one: ${ways}`);
}

function missingPart(quiesce: Quiesce): string | undefined {
  if (quiesce.kind === 'none') return quiesce.reason.trim() === '' ? 'reason' : undefined;
  if (quiesce.kind === 'stop') return quiesce.services.length === 0 ? 'service' : undefined;
  return quiesce.command.length === 0 ? 'command' : undefined;
}

/** Mounts the data into the backup program, and lets both sides exchange requests. */
export function connectVolume(program: BackupProgram, source: VolumeSource, quiesce: Quiesce): void {
  const { workload } = program;
  if (quiesce.kind !== 'command') workload.addVolume(source.volume, SOURCE, { readOnly: true });
  if (quiesce.kind === 'none') return;
  const requests = addRequests(program);
  workload.addVolume(requests, REQUESTS);
  if (quiesce.kind === 'command') {
    const copy = new CopyProgram(program, 'Copy', {
      hostname: copyName(program.hostname),
      volume: source.volume,
      requests,
      quiesce,
    });
    workload.startAfter(copy.workload);
    return;
  }
  for (const service of quiesce.services) {
    stopOnRequest(service.workload, requests);
    workload.startAfter(service.workload);
  }
  program.node.addValidation({ validate: () => writersLeft(program, source, quiesce.services) });
}

function addRequests(program: BackupProgram): Volume {
  const { environment, stackName } = stackContext(program);
  const spec = { name: `${stackName}-${program.hostname}-requests`, keep: false, data: false };
  return environment.platform.createVolume(program, 'Requests', spec);
}

/** Returns services that may write to the volume and are not stopped, and those that are stopped without need. */
function writersLeft(
  program: BackupProgram,
  { name, volume }: VolumeSource,
  stopped: Extract<Quiesce, { kind: 'stop' }>['services'],
): string[] {
  const writers = stackContext(program).services.filter(({ workload }) =>
    workload.volumeMounts.some((mount) => mount.volume === volume && !mount.readOnly),
  );
  const left = writers.filter((writer) => !stopped.includes(writer));
  const vain = stopped.filter((service) => !writers.includes(service));
  return [
    ...left.map(
      ({ hostname }) =>
        `${quote(hostname)} writes to volume ${quote(name)} and is not stopped while it is saved; add it to \`Quiesce.stop\``,
    ),
    ...vain.map(
      ({ hostname }) =>
        `${quote(hostname)} is stopped while volume ${quote(name)} is saved, and does not write to it; mount the volume ` +
        'into it, or name the service that writes',
    ),
  ];
}

/** Returns the settings of the volume for the backup program. */
export function volumeSettings(quiesce: Quiesce, hostname: string): VolumeSettings {
  if (quiesce.kind === 'none') return { source: SOURCE };
  const [source, names] =
    quiesce.kind === 'command'
      ? [`${REQUESTS}/copy`, [copyName(hostname)]]
      : [SOURCE, quiesce.services.map((service) => service.hostname)];
  const timeLimit = Math.ceil(quiesce.timeout.toMillis() / 1000);
  return { source, quiesce: { kind: quiesce.kind, directory: REQUESTS, names, timeLimit } };
}

export function volumeDrill({ minFiles, sqlite = [] }: NonNullable<BackupJobProps['drill']> = {}): DrillSettings {
  return { leastFiles: minFiles, sqlite };
}

function copyName(hostname: string): string {
  return `${hostname}-copy`;
}
