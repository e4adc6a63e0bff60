import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CommandProject } from './command-project';

/** What the docker command answers to words that fit; the first fitting one counts, and all else succeeds in silence. */
export interface DockerAnswer {
  /** An extended regular expression for the words, joined by blanks. */
  readonly to: string;
  readonly status?: number;
  readonly output?: string;
  readonly errors?: string;
  /** How long it takes. @default - no time */
  readonly seconds?: number;
}

/** A shell starts many times faster than Node, and what it starts in turn takes as long again: a test starts dozens. */
const PROGRAM = `
here=\${0%/*}/../docker
printf '%s\\n' "$*" >>"$here/saw"
[ "$1" = cp ] && cat >>"$here/copied"
number=$(ASKED="$*" awk '{ if (ENVIRON["ASKED"] ~ $0) { print NR; exit } }' "$here/patterns")
. "$here/answers"
`;

const inQuotes = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function inShell({ output = '', errors = '', status = 0, seconds }: DockerAnswer): string {
  const pause = seconds === undefined ? '' : `sleep ${seconds} & trap 'kill $!; exit 1' TERM; wait; `;
  return `${pause}printf %s ${inQuotes(output)}; printf %s ${inQuotes(errors)} >&2; exit ${status}`;
}

/** A docker command that notes what it was asked. */
export class FakeDocker {
  public constructor(private readonly project: CommandProject) {
    this.says();
  }

  /** The PATH to find it by. */
  public install(): string {
    return this.project.program('docker', PROGRAM);
  }

  public says(...answers: readonly DockerAnswer[]): void {
    const cases = answers.map((answer, index) => `${index + 1}) ${inShell(answer)} ;;\n`);
    this.project.write('docker/patterns', answers.map(({ to }) => `${to}\n`).join(''));
    this.project.write('docker/answers', `case $number in\n${cases.join('')}esac\n`);
  }

  /** Begins anew: as if it had been asked nothing yet. */
  public forget(): void {
    for (const name of ['saw', 'copied']) {
      fs.rmSync(path.join(this.project.directory, 'docker', name), { force: true });
    }
  }

  /** All that it was asked, each as one line. */
  public get saw(): readonly string[] {
    return this.file('saw').split('\n').filter(Boolean);
  }

  /** What was handed to `docker cp`. */
  public get copied(): string {
    return this.file('copied');
  }

  private file(name: string): string {
    const file = path.join(this.project.directory, 'docker', name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'latin1') : '';
  }
}
