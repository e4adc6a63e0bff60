/** Label of what runs beside the service or volume that it was restored for, and of volumes that restores made. */
export const RESTORED_LABEL = 'docker-constructs.restored';
