import type { IConstruct } from 'constructs';
import type { LogTransport } from '../../../values';
import type { Service } from '../../../model/workload/service';
import { stackContext } from '../../../model/stack/stack-context';

/**
 * Makes the platform send the logs of the stack's services.
 * @param except services that store or forward logs: they would send themselves their own
 */
export function shipLogs(where: IConstruct, logTransport: LogTransport, except: readonly Service[]): void {
  for (const service of stackContext(where).services) {
    if (!except.includes(service)) service.workload.observe({ logTransport });
  }
}
