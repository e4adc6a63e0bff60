/** Parts of the monitoring whose images are not to be had everywhere, as `DEFAULT_IMAGES` calls them. */
export type Part = 'alloy' | 'cadvisor' | 'grafana' | 'loki' | 'tempo';

/** Whether the engine has the images of these parts; the runner has looked, and pulled what could be. */
export function isAvailable(...parts: readonly Part[]): boolean {
  const found = (process.env.DOCKER_CONSTRUCTS_E2E_PARTS ?? '').split(',');
  return parts.every((part) => found.includes(part));
}

/** `test` where these parts are available; elsewhere the test is skipped, and the runner names it at the end. */
export function testWith(parts: readonly Part[], title: string, run: () => Promise<void>): void {
  if (isAvailable(...parts)) test(title, run);
  else test.skip(`${title} (SKIPPED: no image of ${parts.filter((part) => !isAvailable(part)).join(', ')})`, run);
}
