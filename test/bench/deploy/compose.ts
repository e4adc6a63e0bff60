import { answers, must } from '../command';
import type { Deployment, Variables } from './terraform';

/** The plugin of the docker command, or the program of its own; undefined where there is none. */
export async function composeCommand(): Promise<readonly string[] | undefined> {
  for (const command of [['docker', 'compose'], ['docker-compose']]) {
    const [program = '', ...args] = command;
    if (await answers(program, ...args, 'version')) return command;
  }
  return undefined;
}

/** A compose file, brought up by `docker compose up --wait`. */
export class Compose implements Deployment {
  private readonly env: Readonly<Record<string, string>>;

  public constructor(
    private readonly command: readonly string[],
    private readonly file: string,
    variables: Variables = {},
  ) {
    this.env = Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)]));
  }

  public up(): Promise<number> {
    return this.compose('up', '--detach', '--wait', '--quiet-pull');
  }

  public again(): Promise<number> {
    return this.up();
  }

  public async down(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '2');
  }

  private async compose(...args: readonly string[]): Promise<number> {
    const [program = '', ...first] = this.command;
    return (await must(program, [...first, '--file', this.file, ...args], { env: this.env })).seconds;
  }
}
