import { freePorts } from '../../support/free-ports';
import { isAvailable } from './available';
import { Project } from './project';

/** MnemoLite with monitoring, which some tests deploy and others find; its name does not begin with that of another. */
export async function openMonitored(): Promise<Project> {
  const [prometheus, logs, loki, tempo] = await freePorts(4);
  // The panels of a backup are looked at where all others are, too.
  return Project.open('e2emonitoring', { prometheus, logs, loki, tempo, backup: isAvailable('loki') });
}
