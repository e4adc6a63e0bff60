import { must, run } from '../command';

const TERRAFORM = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';
const QUIET = ['-auto-approve', '-input=false', '-no-color'];

/** Variables of a configuration. */
export type Variables = Readonly<Record<string, string | number | boolean>>;

/** What can be brought up, brought up again without a change, and taken down. */
export interface Deployment {
  /** Seconds from nothing to all of it. */
  up(): Promise<number>;
  /** Seconds to find that nothing has to be done. */
  again(): Promise<number>;
  down(): Promise<void>;
}

/** A folder in which Terraform has been initialized. */
export class Terraform implements Deployment {
  private readonly env: Readonly<Record<string, string>>;

  public constructor(
    private readonly cwd: string,
    variables: Variables = {},
  ) {
    this.env = Object.fromEntries(Object.entries(variables).map(([key, value]) => [`TF_VAR_${key}`, String(value)]));
  }

  /** Undefined when it can work here, else Terraform's reason. */
  public async problem(): Promise<string | undefined> {
    const { ok, output } = await run(TERRAFORM, ['init', '-input=false', '-no-color'], { cwd: this.cwd });
    return ok ? undefined : output.trim();
  }

  public async up(): Promise<number> {
    return (await this.terraform('apply')).seconds;
  }

  public async again(): Promise<number> {
    const { seconds, output } = await this.terraform('apply');
    if (output.includes('Resources: 0 added, 0 changed, 0 destroyed')) return seconds;
    throw new Error(`${this.cwd}: the second apply changed something:\n${output.trim()}`);
  }

  public async down(): Promise<void> {
    await this.terraform('destroy');
  }

  private terraform(command: 'apply' | 'destroy'): ReturnType<typeof must> {
    return must(TERRAFORM, [command, ...QUIET], { cwd: this.cwd, env: this.env });
  }
}
