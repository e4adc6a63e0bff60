import type { IConstruct } from 'constructs';
import { logDriver } from '../../config';
import type { LogPath } from '../../config';
import type { Service } from '../../model/service';
import { stackContext } from '../../model/stack-context';
import { versionOf } from './scrape-jobs';

/**
 * Lets the engine send what the services of a stack write.
 * @param except what keeps or hands on logs: it would feed itself
 */
export function shipLogs(where: IConstruct, path: LogPath, except: readonly Service[]): void {
  const { services, stackName: stack } = stackContext(where);
  for (const service of services.filter((one) => !except.includes(one))) {
    const { spec } = service.workload;
    const source = { stack, service: service.hostname, version: versionOf(spec.image), kept: spec.logs };
    service.workload.observe({ logDriver: logDriver(path, source) });
  }
}
