import type { PlatformCommands } from '../../values';

/** Commands of the Docker client. Names of containers are new for each creation, so they are not in a command. */
export const ENGINE_COMMANDS: PlatformCommands = {
  containers: () => 'docker ps --all',
  inspect: () => 'docker inspect',
  logs: () => 'docker logs',
  usage: () => 'docker stats',
  diskUsage: () => 'docker system df --verbose',
  volumeUsers: (volume) => `docker ps --filter volume=${volume}`,
};
