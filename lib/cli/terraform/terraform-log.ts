const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-Z\\-_])/g;
const GATE = /(\S+) \(local-exec\): (.*)$/;
const FINISHED = /(\S+): (?:Creation|Modifications|Destruction) complete\b/;
const ADDRESS = /^ {2}with ([\w-]+\.[\w-]+),$/m;
const GATE_ERROR = 'local-exec provisioner error';
const WARNING = 'Warning: ';
const DONE = /^(?:(?:Apply|Destroy) complete!|No changes\.)/;

/** Returns the text without colours and cursor movements. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPES, '');
}

/**
 * Returns the last error that Terraform reports in a text, in one line without its heading and frame; '' when there is
 * none.
 */
export function lastError(text: string): string {
  const error =
    unframed(withoutEscapes(text))
      .split(/^Error: /m)
      .slice(1)
      .at(-1) ?? '';
  return error.replace(/\s+/g, ' ').trim();
}

/** One reason why Terraform failed. */
export interface Problem {
  /** Address of its resource, such as 'docker_container.api'. */
  readonly address?: string;
  readonly text: string;
  /** If true, a gate reported it, and Terraform only quotes it in pieces. */
  readonly isGate: boolean;
}

/** Lines of Terraform's output as they come, and the reason why Terraform failed. */
export class TerraformLog {
  private rest = '';
  private hasPrinted = false;
  private isBlank = false;
  private done = false;
  private all = '';
  private block: string[] | undefined;
  private readonly errors: string[] = [];
  private readonly warned = new Set<string>();
  private readonly gates = new Map<string, string[]>();

  /** @param print - takes each line, with its colours */
  public constructor(private readonly print: (line: string) => void) {}

  /** Takes a piece of output. */
  public readonly add = (chunk: string): void => {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    lines.forEach((line) => this.take(line));
  };

  /** Takes the rest when the output has ended. */
  public end(): void {
    const { rest } = this;
    this.rest = '';
    if (rest !== '') this.take(rest);
  }

  /** True if Terraform reported success, or that there is nothing to do. */
  public get saidDone(): boolean {
    return this.done;
  }

  /** All of the output without colours. */
  public get text(): string {
    return this.all;
  }

  /** Warnings of gates, each once. */
  public get warnings(): readonly string[] {
    return [...this.warned];
  }

  /**
   * Returns why it failed: Terraform's errors, and then the messages of the gates that failed, which Terraform only
   * quotes in pieces. '' when it recognized nothing.
   */
  public failure(): string {
    return this.problems
      .map(({ address, text, isGate }) => (isGate ? `${address} failed:\n${indented(text.split('\n'))}` : text))
      .join('\n\n');
  }

  /** Returns Terraform's errors, and then the messages of the gates that failed. */
  public get problems(): readonly Problem[] {
    const gates = [...this.gates].map(([address, lines]) => ({ address, text: lines.join('\n'), isGate: true }));
    const errors = this.errors.filter((error) => gates.length === 0 || !error.includes(GATE_ERROR));
    const one = (text: string): Problem => ({ address: ADDRESS.exec(text)?.[1], text, isGate: false });
    return [...[...new Set(errors)].map(one), ...gates];
  }

  private take(raw: string): void {
    const line = withoutEscapes(raw).trimEnd();
    this.all += `${line}\n`;
    this.done ||= DONE.test(line);
    this.remember(line);
    this.show(line, raw);
  }

  /** Prints a line. Between other lines, several blank lines become one. */
  private show(line: string, raw: string): void {
    if (line === '') {
      this.isBlank = this.hasPrinted;
      return;
    }
    if (this.isBlank) this.print('');
    this.print(raw.trimEnd());
    this.hasPrinted = true;
    this.isBlank = false;
  }

  private remember(line: string): void {
    if (line.endsWith('╷')) this.block = [];
    else if (line.endsWith('╵')) this.closeBlock();
    else if (this.block !== undefined) this.block.push(line);
    else this.rememberGate(line);
  }

  private closeBlock(): void {
    const text = unframed((this.block ?? []).join('\n')).trim();
    if (text.startsWith('Error: ')) this.errors.push(text);
    this.block = undefined;
  }

  private rememberGate(line: string): void {
    const finished = FINISHED.exec(line)?.[1];
    if (finished !== undefined) this.gates.delete(finished);
    const [, address, args] = GATE.exec(line) ?? [];
    if (address === undefined || args === undefined || args.startsWith('Executing: ')) return;
    if (args.startsWith(WARNING)) this.warned.add(args);
    this.gates.set(address, [...(this.gates.get(address) ?? []), args]);
  }
}

function unframed(text: string): string {
  return text.replace(/^\s*[╷│╵] ?/gm, '');
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`.trimEnd()).join('\n');
}
