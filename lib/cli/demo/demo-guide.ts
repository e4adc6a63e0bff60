import { relative } from 'node:path';
import { STACK_LABEL, WORKLOAD_LABEL, workloadKey } from '../../model/stack/labels';
import type { Manifest } from '../../model/stack/manifest';
import type { Session } from '../terraform/session';

/**
 * Returns instructions for a system that has just been deployed.
 *
 * @param tryIt - shell lines that use it
 */
export function demoGuide(manifest: Manifest, tryIt: readonly string[], session: Session): string {
  const { stack, services, secretsDirectory } = manifest;
  const service = services.find(({ replacement }) => replacement === 'cutover') ?? services[0];
  const workload = workloadKey(stack, service?.hostname ?? '');
  const secrets = relative(session.directory, secretsDirectory);
  return [
    `${stack} is up at ${manifest.urls.join(', ')}`,
    section('Try it', tryIt),
    section('Look at it', [
      `docker ps --filter label=${STACK_LABEL}=${stack}`,
      `docker logs "$(docker ps -q --filter label=${WORKLOAD_LABEL}=${workload})"`,
    ]),
    section(`Its secrets are in ${secrets}`, [`${session.call('secrets')} ${stack} --list`]),
    section('Change the program and deploy it again', [`${session.call('deploy')} ${stack}`]),
    section('Stop it and delete its data', [`${session.call('destroy')} ${stack}`]),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return `${title}:\n\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
