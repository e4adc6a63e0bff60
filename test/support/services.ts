import { ApiService, Duration, HealthCheck, Image, Job, Size, WorkerService } from '../../lib';
import type { ApiServiceProps, EnvironmentStack, JobProps, Workload, WorkerServiceProps } from '../../lib';
import type { EngineWorkload } from '../../lib/platform/engine/workload';

/** A small API called `api`, reachable by nobody. */
export function api(stack: EnvironmentStack, props: Partial<ApiServiceProps> = {}, id = 'Api'): ApiService {
  return new ApiService(stack, id, {
    image: Image.of('shop/api:1.0'),
    port: 8000,
    healthCheck: HealthCheck.command(['/bin/check'], { startPeriod: Duration.seconds(20) }),
    memory: Size.mebibytes(128),
    ...props,
  });
}

export function worker(stack: EnvironmentStack, props: Partial<WorkerServiceProps> = {}, id = 'Worker'): WorkerService {
  return new WorkerService(stack, id, { image: Image.of('shop/worker:1.0'), ...props });
}

export function job(stack: EnvironmentStack, props: Partial<JobProps> = {}, id = 'Job'): Job {
  return new Job(stack, id, { image: Image.of('shop/job:1.0'), ...props });
}

/** The containers of a workload on an engine, for overrides. */
export function containersOf(workload: Workload): EngineWorkload['containers'] {
  return (workload as EngineWorkload).containers;
}
