import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { transformSync } from '@swc/core';
import * as cdktf from 'cdktf';
import * as lib from '../../lib';
import { EnvironmentStack } from '../../lib';
import { contentHash } from '../../lib/values';
import { ROOT, testStack } from '../support/stacks';
import type { Block } from './pages';

/** Below node_modules, so that the compiler finds the packages. */
const CACHES = path.join(ROOT, 'node_modules/.cache/docs-examples');
/** npm's record of the packages; the compiler does not look at those when it decides whether it has anything to do. */
const INSTALLED = path.join(ROOT, 'node_modules/.package-lock.json');

/** What fragments may use without saying where it comes from. */
const GIVEN = {
  stack: 'EnvironmentStack',
  environment: 'Environment',
  api: 'ApiService',
  worker: 'WorkerService',
  postgres: 'PostgresService',
  proxy: 'ReverseProxy',
  image: 'PulledImage',
  healthCheck: 'HealthCheck',
};

const isModule = (text: string): boolean => /^(?:import|export) /m.test(text);

function asModule(text: string): string {
  if (isModule(text)) return text;
  const given = Object.entries(GIVEN).map(([name, type]) => `declare const ${name}: Given.${type};`);
  const names = Object.keys(lib).filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return [
    `import type * as Given from '@given';`,
    `import { ${names.join(', ')} } from 'docker-constructs';`,
    ...given,
    `async function example() {\n${text}\n}`,
    'void example;',
  ].join('\n');
}

/**
 * Type-checks all blocks in one program; returns what the compiler says, by page and line of the block. The folder is
 * named after what is in it, so that the compiler finds what it knew about the same text, and runs side by side do not
 * disturb each other.
 */
export async function typeCheck(blocks: readonly Block[]): Promise<string> {
  const programs = blocks.map((block) => [fileOf(block), asModule(block.text)] as const);
  const config = { ...TSCONFIG, files: ['given.ts', ...programs.map(([name]) => name)] };
  const files = [...programs, ['given.ts', GIVEN_TYPES], ['tsconfig.json', JSON.stringify(config)]] as const;
  const cache = path.join(CACHES, contentHash([files, fs.readFileSync(INSTALLED, 'utf8')]));
  if (!fs.existsSync(cache)) {
    fs.rmSync(CACHES, { recursive: true, force: true });
    writeAll(cache, files);
  }
  return compile(cache);
}

/** Under another name first: a folder that is there is complete. */
function writeAll(directory: string, files: readonly (readonly [string, string])[]): void {
  const unfinished = `${directory}-${process.pid}`;
  for (const [name, text] of files) {
    fs.mkdirSync(path.dirname(path.join(unfinished, name)), { recursive: true });
    fs.writeFileSync(path.join(unfinished, name), text);
  }
  fs.renameSync(unfinished, directory);
}

/** Files of the reader's lie together, because they import each other. */
function fileOf({ page, line, title }: Block): string {
  return title === undefined ? `${page}-${line}.ts` : `${page}-files/${title}`;
}

const GIVEN_TYPES = `import type { Image } from 'docker-constructs';
export type { ${[...new Set(Object.values(GIVEN))].filter((type) => type !== 'PulledImage').join(', ')} } from 'docker-constructs';
export type PulledImage = ReturnType<typeof Image.of>;
`;

const TSCONFIG = {
  extends: path.join(ROOT, 'tsconfig.json'),
  compilerOptions: {
    noUnusedLocals: false,
    composite: false,
    incremental: true,
    tsBuildInfoFile: './known.tsbuildinfo',
    paths: { 'docker-constructs': [path.join(ROOT, 'lib/index.ts')], '@given': ['./given.ts'] },
  },
  // As programs of their own, because only those are looked at when the compiler decides that.
  include: [path.join(ROOT, 'lib')],
};

/** As a build, which does nothing where nothing changed. */
function compile(directory: string): Promise<string> {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '--build', path.join(directory, 'tsconfig.json'), '--pretty', 'false'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

/** The stack that an example makes: its own where it is a whole program, the given one where it adds to `stack`. */
export function run(block: Block): EnvironmentStack {
  const stacks: EnvironmentStack[] = [];
  class ExampleApp extends cdktf.App {
    public constructor() {
      super({ outdir: path.join(ROOT, 'cdktf.out') });
    }

    public override synth(): void {
      stacks.push(...this.node.children.filter((child) => child instanceof EnvironmentStack));
    }
  }
  const modules: Readonly<Record<string, unknown>> = {
    'docker-constructs': lib,
    cdktf: { ...cdktf, App: ExampleApp },
    constructs: jest.requireActual('constructs'),
    'node:path': path,
  };
  const stack = testStack({ name: 'prod' });
  const scope = isModule(block.text) ? {} : { ...lib, stack };
  const { code } = transformSync(block.text, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
    isModule: isModule(block.text),
    configFile: false,
    swcrc: false,
  });
  const body = new Function('require', 'exports', '__dirname', ...Object.keys(scope), code);
  body((name: string) => modules[name], {}, path.join(ROOT, 'stacks/mnemolite'), ...Object.values(scope));
  return stacks[0] ?? stack;
}
