const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-Z\\-_])/g;
const GATE = /(\S+) \(local-exec\): (.*)$/;
const FINISHED = /(\S+): (?:Creation|Modifications|Destruction) complete\b/;
const GATE_ERROR = 'local-exec provisioner error';
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

/** Lines of Terraform's output as they come, and the reason why Terraform failed. */
export class TerraformLog {
  private rest = '';
  private hasPrinted = false;
  private isBlank = false;
  private done = false;
  private all = '';
  private block: string[] | undefined;
  private readonly errors: string[] = [];
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

  /**
   * Returns why it failed: Terraform's errors, and then the messages of the gates that failed, which Terraform only
   * quotes in pieces. '' when it recognized nothing.
   */
  public failure(): string {
    const gates = [...this.gates].map(([address, lines]) => `${address} failed:\n${indented(lines)}`);
    const errors = this.errors.filter((error) => gates.length === 0 || !error.includes(GATE_ERROR));
    return [...new Set(errors), ...gates].join('\n\n');
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
    const [, address, words] = GATE.exec(line) ?? [];
    if (address === undefined || words === undefined || words.startsWith('Executing: ')) return;
    this.gates.set(address, [...(this.gates.get(address) ?? []), words]);
  }
}

function unframed(text: string): string {
  return text.replace(/^\s*[╷│╵] ?/gm, '');
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`.trimEnd()).join('\n');
}
