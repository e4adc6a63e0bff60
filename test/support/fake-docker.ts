import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CommandProject } from './command-project';

/** What the docker command answers to words that fit; the first fitting one counts, and all else succeeds in silence. */
export interface DockerAnswer {
  /** A regular expression for the words, joined by blanks. */
  readonly to: string;
  readonly status?: number;
  readonly output?: string;
  readonly errors?: string;
}

const PROGRAM = `
const fs = require('node:fs');
const path = require('node:path');
const folder = path.join(__dirname, '..');
const words = process.argv.slice(2);
const input = words[0] === 'cp' ? fs.readFileSync(0).toString('latin1') : '';
fs.appendFileSync(path.join(folder, 'docker-saw'), JSON.stringify({ words, input }) + '\\n');
const answers = JSON.parse(fs.readFileSync(path.join(folder, 'docker-says'), 'utf8'));
const answer = answers.find(({ to }) => new RegExp(to).test(words.join(' '))) ?? {};
process.stdout.write(answer.output ?? '');
process.stderr.write(answer.errors ?? '');
process.exitCode = answer.status ?? 0;
`;

/** A docker command that notes what it was asked. */
export class FakeDocker {
  public constructor(private readonly project: CommandProject) {
    project.write('programs/docker.js', PROGRAM);
    this.says();
  }

  /** The PATH to find it by. */
  public install(): string {
    return this.project.program('docker', `exec '${process.execPath}' "$(dirname "$0")/docker.js" "$@"`);
  }

  public says(...answers: readonly DockerAnswer[]): void {
    this.project.write('docker-says', JSON.stringify(answers));
  }

  /** All that it was asked, each as one line. */
  public get saw(): readonly string[] {
    return this.calls.map(({ words }) => words.join(' '));
  }

  /** What was handed to `docker cp`. */
  public get copied(): Buffer {
    return Buffer.from(this.calls.map(({ input }) => input).join(''), 'latin1');
  }

  private get calls(): readonly { readonly words: readonly string[]; readonly input: string }[] {
    const file = path.join(this.project.directory, 'docker-saw');
    if (!fs.existsSync(file)) return [];
    const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as { words: string[]; input: string });
  }
}
