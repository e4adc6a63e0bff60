import { relative, resolve, sep } from 'node:path';
import { App } from 'cdktf';
import type { IConstruct } from 'constructs';
import { stackContext } from './stack-context';

/** Default output folder of the command line tool. */
const USUAL_OUTPUT = 'cdktf.out';

/**
 * Returns a path of the project relative to the stack's folder, so that the document is the same on every machine. In
 * the framework's testing mode the output is in a temporary folder. The default folder is assumed then, so that
 * snapshots are portable too.
 */
export function pathFromStack(construct: IConstruct, file: string): string {
  const stackFolder = resolve(outputFolder(construct), 'stacks', stackContext(construct).stackName);
  return relative(stackFolder, resolve(file)).split(sep).join('/');
}

function outputFolder(construct: IConstruct): string {
  const testing = construct.node.tryGetContext('cdktfVersion') === 'stubbed';
  return testing ? USUAL_OUTPUT : App.of(construct).outdir;
}
