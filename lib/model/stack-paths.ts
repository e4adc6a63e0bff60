import { relative, resolve, sep } from 'node:path';
import { App } from 'cdktf';
import type { IConstruct } from 'constructs';
import { stackContext } from './stack-context';

/** Output folder that the command line tool uses unless told otherwise. */
const USUAL_OUTPUT = 'cdktf.out';

/**
 * A path of the project as Terraform sees it from the stack's folder: relative, so that the document is the same on
 * every machine. Under the framework's testing mode the output is in some temporary folder; the usual one is assumed
 * then, so that snapshots are portable too.
 */
export function pathFromStack(construct: IConstruct, file: string): string {
  const stackFolder = resolve(outputFolder(construct), 'stacks', stackContext(construct).stackName);
  return relative(stackFolder, resolve(file)).split(sep).join('/');
}

function outputFolder(construct: IConstruct): string {
  const testing = construct.node.tryGetContext('cdktfVersion') === 'stubbed';
  return testing ? USUAL_OUTPUT : App.of(construct).outdir;
}
