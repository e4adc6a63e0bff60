import { Duration, HealthCheck, Image, physicalName, Size } from '../../values';
import type { Tls } from '../../values';
import type { ServiceSpec } from '../../model/workload/service-spec';
import type { PublishedPort } from '../../model/workload/workload-spec';
import { runtimeSpec } from '../shared/runtime';
import type { RuntimeProps } from '../shared/runtime';
import type { ProxyEngine } from './engines';

/** Returns the spec of a proxy. */
export function proxySpec(
  id: string,
  engine: ProxyEngine,
  tls: Tls,
  props: RuntimeProps & { readonly image?: Image },
  ports: readonly PublishedPort[],
): ServiceSpec {
  const keeps = tls.kind !== 'off';
  const scratch = keeps ? engine.scratchDirectories : [...engine.scratchDirectories, engine.dataDirectory];
  return runtimeSpec(
    {
      hostname: props.hostname ?? physicalName([id]),
      image: props.image ?? Image.of(engine.defaultImage),
      command: engine.command,
      user: engine.user,
      capabilities: engine.capabilities,
      tmpfs: scratch.map((path) => ({ path, size: Size.mebibytes(16) })),
      memory: Size.mebibytes(256),
      healthCheck: HealthCheck.command(engine.probe, {
        startPeriod: Duration.seconds(10),
        interval: Duration.seconds(5),
      }),
      stopGracePeriod: Duration.seconds(30),
      ownedPaths: keeps ? [engine.dataDirectory] : [],
      ports,
      sysctls: engine.sysctls,
      listens: true,
    },
    props,
  );
}
