import { Annotations } from 'cdktf';
import { settingFindings, settingNotes } from '../../config';
import type { Service } from '../../model/service';
import { assertOptions } from '../../values';
import { POSTGRES_OPTIONS } from '../option-names';
import type { PostgresServiceProps } from './postgres-service';

/**
 * Reports settings that contradict each other, or what the container has: a line for each.
 * @throws ConfigurationError for an option that is misspelt
 */
export function checkSettings(server: Service, props: PostgresServiceProps): void {
  assertOptions(server, props, POSTGRES_OPTIONS);
  const { settings = {} } = props;
  const { memory, sharedMemory } = server.workload.spec;
  if (sharedMemory === undefined) return;
  const findings = settingFindings(settings, { memory, sharedMemory });
  if (findings.length > 0) server.node.addValidation({ validate: () => [...findings] });
  for (const note of settingNotes(settings, { memory })) Annotations.of(server).addWarning(note);
}
