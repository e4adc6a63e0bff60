import { ask } from './client';

/** Starts a request that takes a while every second, so that some are in flight whatever happens when. */
export class SlowRequests {
  private readonly open: Promise<string | undefined>[] = [];
  private readonly timer: NodeJS.Timeout;

  public constructor(
    private readonly port: number,
    private readonly seconds: number,
  ) {
    this.start();
    this.timer = setInterval(() => this.start(), 1000);
  }

  /** Waits for the last one and tells which went wrong. */
  public async stop(): Promise<string[]> {
    clearInterval(this.timer);
    return (await Promise.all(this.open)).filter((problem) => problem !== undefined);
  }

  private start(): void {
    const { port, seconds } = this;
    const answer = ask(port, `/v1/slow?seconds=${seconds}`);
    this.open.push(
      answer.then(
        ({ status, body }) => (status === 200 ? undefined : `${status} ${body}`),
        (error: unknown) => String(error),
      ),
    );
  }
}
