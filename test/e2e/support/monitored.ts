import { freePorts } from '../../support/free-ports';
import { Project } from './project';

/** MnemoLite with monitoring, which some tests deploy and others find; its name does not begin with that of another. */
export async function openMonitored(): Promise<Project> {
  const [prometheus, logs, loki, tempo] = await freePorts(4);
  return Project.open('e2emonitoring', { prometheus, logs, loki, tempo, backup: true });
}
