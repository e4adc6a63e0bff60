/** Labels of everything on the host that belongs to a stack, for people, tools and the gate to look things up by. */
export const STACK_LABEL = 'docker-constructs.stack';

/** What a container is for: a service, a job, or one that only carries something. */
export const ROLE_LABEL = 'docker-constructs.role';

/** Label by which all containers of one workload find each other, whatever their revision. */
export const WORKLOAD_LABEL = 'docker-constructs.workload';

/** Label that tells the revisions of one workload apart; a handover stops those of other revisions only. */
export const REVISION_LABEL = 'docker-constructs.revision';

/** Label of a database server that says which major version its volume holds. */
export const MAJOR_LABEL = 'docker-constructs.postgres-major';

/** Label of a job's container that changes when something that the job ran against was replaced. */
export const DEPENDENCIES_LABEL = 'docker-constructs.dependencies';

/** Label of a job's container with the names of the restored volumes that it works on. */
export const DATA_LABEL = 'docker-constructs.data';

/** Value of the workload's label. */
export function workloadKey(stack: string, hostname: string): string {
  return `${stack}/${hostname}`;
}
