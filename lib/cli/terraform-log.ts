const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-Z\\-_])/g;
const PROGRESS = /^(?:[\u2800-\u28ff]\s|\d+ Stacks? (?:deploying|destroying|planning)\b.*\d+ Stacks? waiting)/;
const GATE = /(\S+) \(local-exec\): (.*)$/;
const FINISHED = /(\S+): (?:Creation|Modifications|Destruction) complete\b/;
const GATE_ERROR = 'local-exec provisioner error';

/** The text without colours and movements of the cursor. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPES, '');
}

/** The last error that Terraform reports in a text, in one line without its heading and frame; '' when there is none. */
export function lastError(text: string): string {
  const error =
    unframed(withoutEscapes(text))
      .split(/^Error: /m)
      .slice(1)
      .at(-1) ?? '';
  return error.replace(/\s+/g, ' ').trim();
}

/**
 * Makes readable lines of what cdktf writes where there is no terminal (it repaints its status all the same), and
 * remembers why an apply failed.
 */
export class TerraformLog {
  private rest = '';
  private wasBlank = true;
  private block: string[] | undefined;
  private readonly errors: string[] = [];
  private readonly gates = new Map<string, string[]>();

  /** @param stacks - names of the stacks; the name of a single one is not repeated in each line */
  public constructor(private readonly stacks: readonly string[]) {}

  /** The lines that a piece of output completes. */
  public add(chunk: string): readonly string[] {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.take(line));
  }

  /** What is left when the output has ended. */
  public end(): readonly string[] {
    const { rest } = this;
    this.rest = '';
    return this.take(rest);
  }

  /**
   * Why it failed: Terraform's errors, and last the words of the gates that did not let a container pass, which
   * Terraform only quotes broken into pieces. '' when nothing was recognized.
   */
  public failure(): string {
    const gates = [...this.gates].map(([address, lines]) => `${address} failed:\n${indented(lines)}`);
    const errors = this.errors.filter((error) => gates.length === 0 || !error.includes(GATE_ERROR));
    return [...new Set(errors), ...gates].join('\n\n');
  }

  private take(raw: string): readonly string[] {
    const text = withoutEscapes(raw).split('\r').at(-1) ?? '';
    if (PROGRESS.test(text)) return [];
    const line = this.withoutName(text).trimEnd();
    this.remember(line);
    const repeated = line === '' && this.wasBlank;
    this.wasBlank = line === '';
    return repeated ? [] : [line];
  }

  private withoutName(line: string): string {
    const [name, ...others] = this.stacks;
    if (name === undefined || others.length > 0) return line;
    const prefix = `${name}  `;
    return line.startsWith(prefix) || line.startsWith(' '.repeat(prefix.length)) ? line.slice(prefix.length) : line;
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
