import type { ListedContainer } from '../engine/host-ports';
import type { SynthesizedStack } from '../project/synthesized-stack';
import type { Problem } from '../terraform/terraform-log';
import { failedBuild } from './build';
import { Places } from './places';
import { RULES } from './rules';

/** Surroundings of a failure. */
export interface RestoreContext {
  readonly stack: SynthesizedStack;
  /** Folder of the user. */
  readonly directory: string;
  /** Running containers of the engine; empty if it does not answer. */
  readonly containers: readonly ListedContainer[];
}

/**
 * Returns the reason why an apply failed in the program's terms: the construct, the option, the command to run. The
 * messages of Terraform and the gates follow. Returns '' without any.
 */
export function explainFailure(problems: readonly Problem[], scene: RestoreContext): string {
  return problems.map((problem) => explain(problem, scene)).join('\n\n');
}

function explain(problem: Problem, scene: RestoreContext): string {
  const places = new Places(scene.stack);
  const address = addressOf(problem, places);
  const constructs = address === undefined ? [] : places.constructsOf(address);
  const subject = constructs.join(', ') || (address ?? scene.stack.name);
  const sentences = [buildProblem(address, places, scene), ...rulesFor(problem, subject, scene)].filter(
    (one) => one !== '',
  );
  return problem.isGate
    ? gateText(problem, place(address, constructs), sentences)
    : errorText(problem, place(address, constructs), sentences);
}

/** Returns the container in the first line of the shared gate, which is about several containers. */
function addressOf({ address, isGate, text }: Problem, places: Places): string | undefined {
  const name = isGate ? /^(?:The job )?(\S+) /.exec(text)?.[1] : undefined;
  return (name === undefined ? undefined : places.containerNamed(name)) ?? address;
}

function place(address: string | undefined, constructs: readonly string[]): string {
  if (address === undefined) return '';
  return constructs.length === 0 ? address : `${constructs.join(', ')} (${address})`;
}

function rulesFor(problem: Problem, subject: string, { stack, containers }: RestoreContext): readonly string[] {
  const text = problem.text.replace(/\s+/g, ' ').trim();
  return RULES.flatMap(({ pattern, explain: say }) => {
    const match = pattern.exec(text);
    return match === null ? [] : [say({ match, text, subject, stack, containers })];
  });
}

function buildProblem(address: string | undefined, places: Places, { stack, directory }: RestoreContext): string {
  const image = address === undefined ? undefined : places.resource(address);
  const build = image === undefined ? undefined : failedBuild(image, stack.directory, directory);
  if (build === undefined) return '';
  const output = build.lines.length === 0 ? '' : ` Its last lines:\n${indented(build.lines)}\n`;
  return `the build of its image failed.${output || ' '}To run it again: ${build.command}`;
}

function gateText({ text }: Problem, where: string, sentences: readonly string[]): string {
  return `${where} failed:\n${indented([...text.split('\n'), ...sentences])}`;
}

function errorText({ text }: Problem, where: string, sentences: readonly string[]): string {
  const message = withoutSource(text);
  if (sentences.length === 0) return where === '' ? message : `${message}\n\n  with ${where}`;
  const said = sentences.join('\n');
  return `${where === '' ? said : `${where}: ${said}`}\n\n${indented(message.split('\n'))}`;
}

/** Returns a message without excerpts of the document, which the user has not written. */
function withoutSource(text: string): string {
  const lines = text.split('\n');
  const isSource = (line: string): boolean => /^\s+(?:with \S+,|on \S+ line \d+.*|\d+: .*)$/.test(line);
  return lines
    .filter((line) => !isSource(line))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`.trimEnd()).join('\n');
}
