/** Labels of everything on the host that belongs to a stack, for users, tools and the gate. */
export const STACK_LABEL = 'docker-constructs.stack';

/** Label with the role of a container: a service, a job, or a carrier of files. */
export const ROLE_LABEL = 'docker-constructs.role';

/** Label that all containers of one workload share, of all revisions. */
export const WORKLOAD_LABEL = 'docker-constructs.workload';

/** Label that distinguishes the revisions of one workload; a handover stops only those of other revisions. */
export const REVISION_LABEL = 'docker-constructs.revision';

/** Label of a database server with the major version of its volume's data. */
export const MAJOR_LABEL = 'docker-constructs.postgres-major';

/** Label of a job's container that changes when a dependency of the job was replaced. */
export const DEPENDENCIES_LABEL = 'docker-constructs.dependencies';

/** Label of a job's container with the names of the restored volumes that it works on. */
export const DATA_LABEL = 'docker-constructs.data';

/** Returns the value of the workload's label. */
export function workloadKey(stack: string, hostname: string): string {
  return `${stack}/${hostname}`;
}
