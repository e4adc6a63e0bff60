import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeImage } from '../../values';
import type { BackupRecord } from './backup-record';
import type { SecretOrigin } from '../secrets/secret';
import { usesOf } from '../secrets/secret-use';
import type { SecretUse } from '../secrets/secret-use';
import type { Service } from '../workload/service';
import type { StackContext } from './stack-context';

/**
 * File beside `cdk.tf.json` that describes the stack's contents for the command line tools. It holds no values of
 * secrets.
 */
export const MANIFEST_FILE = 'docker-constructs.json';

export interface ManifestService {
  readonly hostname: string;
  readonly kind: 'service' | 'job';
  readonly image: string;
  readonly replicas: number;
  readonly replacement: 'cutover' | 'stop-first' | 'run once';
  readonly networks: readonly string[];
  readonly ports: readonly string[];
  readonly memory: string;
  readonly cpus: string;
}

export interface ManifestSecret {
  readonly name: string;
  readonly origin: SecretOrigin;
  readonly description: string;
  readonly consumers: readonly string[];
  readonly length?: number;
  /** Uses that not every value is fit for. @default - none */
  readonly uses?: readonly SecretUse[];
}

export interface Manifest {
  readonly stack: string;
  readonly urls: readonly string[];
  readonly services: readonly ManifestService[];
  readonly secrets: readonly ManifestSecret[];
  readonly secretsDirectory: string;
  readonly encryptedDirectory: string;
  /** Absolute path of the file in which a restore notes the volumes that it puts in the place of others. */
  readonly volumesFile: string;
  readonly backups: readonly BackupRecord[];
}

export function describeStack(context: StackContext): Manifest {
  return {
    stack: context.stackName,
    urls: context.urls,
    services: context.services.map(describeService),
    secrets: describeSecrets(context),
    secretsDirectory: context.secretStore.directory,
    encryptedDirectory: context.secretStore.encryptedDirectory ?? '',
    volumesFile: context.volumesFile,
    backups: context.backups,
  };
}

export function writeManifest(directory: string, context: StackContext): void {
  const text = `${JSON.stringify(describeStack(context), undefined, 2)}\n`;
  writeFileSync(join(directory, MANIFEST_FILE), text);
}

function describeService(service: Service): ManifestService {
  const { spec, networks, stopsFirst } = service.workload;
  return {
    hostname: service.hostname,
    kind: spec.kind,
    image: describeImage(spec.image),
    replicas: spec.replicas,
    replacement: spec.kind === 'job' ? 'run once' : stopsFirst ? 'stop-first' : 'cutover',
    networks: networks.map(({ network }) => network.spec.tier),
    ports: spec.ports.map((port) => `${port.address}:${port.host}->${port.container}/${port.protocol}`),
    memory: spec.memory.toShortString(),
    cpus: String(spec.cpus),
  };
}

function describeSecrets(context: StackContext): readonly ManifestSecret[] {
  const uses = usesOf(context);
  return context.secrets.map((secret) => ({
    name: secret.name,
    origin: secret.origin,
    description: secret.props.description ?? '',
    length: secret.props.length,
    uses: uses(secret.name),
    consumers: context.services
      .filter((service) => service.workload.secrets.some((file) => file.secret === secret))
      .map((service) => service.hostname),
  }));
}
