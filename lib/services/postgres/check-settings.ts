import { Annotations } from 'cdktf';
import { settingFindings, settingNotes } from '../../config';
import type { ServerSetting } from '../../config';
import type { Service } from '../../model/service';

/** Reports settings that contradict each other or the container's limits, one line for each. */
export function checkSettings(server: Service, settings: Readonly<Record<string, ServerSetting>> = {}): void {
  const { memory, sharedMemory } = server.workload.spec;
  if (sharedMemory === undefined) return;
  const findings = settingFindings(settings, { memory, sharedMemory });
  if (findings.length > 0) server.node.addValidation({ validate: () => [...findings] });
  for (const note of settingNotes(settings, { memory })) Annotations.of(server).addWarning(note);
}
