/** Label of a server that runs beside the one it was restored for, and of volumes that restores made. */
export const RESTORED_LABEL = 'docker-constructs.restored';
