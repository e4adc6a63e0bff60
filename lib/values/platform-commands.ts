/** Commands of a platform that advice to its operator names, such as the text of an alert. Each is a command line. */
export interface PlatformCommands {
  /** Lists the containers of a service, ended ones included, with their health. */
  containers(service: string): string;
  /** Shows how a container of the service ended. */
  inspect(service: string): string;
  /** Prints log lines of a service, which the platform keeps beside a collector. */
  logs(service: string): string;
  /** Shows the memory and processor time that each container uses. */
  usage(): string;
  /** Shows the disk space that images, containers and volumes use. */
  diskUsage(): string;
  /** Lists the containers that mount a volume. */
  volumeUsers(volume: string): string;
}
