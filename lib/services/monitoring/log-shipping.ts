import type { IConstruct } from 'constructs';
import { logDriver } from '../../config';
import type { LogPath } from '../../config';
import type { Service } from '../../model/service';
import { stackContext } from '../../model/stack-context';
import { versionOf } from './scrape-jobs';

/**
 * Makes the engine send the logs of the stack's services.
 * @param except services that store or forward logs: they would send themselves their own
 */
export function shipLogs(where: IConstruct, path: LogPath, except: readonly Service[]): void {
  const { services, stackName: stack } = stackContext(where);
  for (const service of services.filter((one) => !except.includes(one))) {
    const { spec } = service.workload;
    const source = { stack, service: service.hostname, version: versionOf(spec.image), kept: spec.logs };
    service.workload.observe({ logDriver: logDriver(path, source) });
  }
}
