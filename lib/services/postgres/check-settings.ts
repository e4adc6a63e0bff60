import { Annotations } from 'cdktf';
import { settingFindings, settingNotes } from '../../config';
import type { Service } from '../../model/workload/service';
import { assertOptions } from '../../values';
import type { HasPath } from '../../values';
import { POSTGRES_OPTIONS } from '../shared/option-shapes';
import type { PostgresServiceProps } from './postgres-service';

/** @throws ConfigurationError for an option that is misspelt, or whose value is of another shape */
export function checkOptions(server: HasPath, props: PostgresServiceProps): void {
  assertOptions(server, props, POSTGRES_OPTIONS);
}

/** Reports settings that contradict each other, or what the container has: a line for each. */
export function checkSettings(server: Service, props: PostgresServiceProps): void {
  const { settings = {} } = props;
  const { memory, shmSize } = server.workload.spec;
  if (shmSize === undefined) return;
  const findings = settingFindings(settings, { memory, shmSize });
  if (findings.length > 0) server.node.addValidation({ validate: () => [...findings] });
  for (const note of settingNotes(settings, { memory })) Annotations.of(server).addWarning(note);
}
