/** Label of containers beside the service or volume that they were restored for, and of volumes that restores made. */
export const RESTORED_LABEL = 'docker-constructs.restored';
