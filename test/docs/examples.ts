import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { transformSync } from '@swc/core';
import * as cdktf from 'cdktf';
import * as lib from '../../lib';
import { EnvironmentStack } from '../../lib';
import { ROOT, testStack } from '../support/stacks';
import type { Block } from './pages';

/** Below node_modules, so that the compiler finds the packages; one for each run, because two may run side by side. */
const CACHE = path.join(ROOT, 'node_modules/.cache', `docs-examples-${process.pid}`);

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
    `import type * as Given from '${CACHE}/given';`,
    `import { ${names.join(', ')} } from 'docker-constructs';`,
    ...given,
    `async function example() {\n${text}\n}`,
    'void example;',
  ].join('\n');
}

/** Type-checks all blocks in one program; returns what the compiler says, by page and line of the block. */
export async function typeCheck(blocks: readonly Block[]): Promise<string> {
  const files = blocks.map((block) => [fileOf(block), asModule(block.text)] as const);
  const config = { ...TSCONFIG, files: ['given.ts', ...files.map(([name]) => name)] };
  for (const [name, text] of [
    ...files,
    ['given.ts', GIVEN_TYPES],
    ['tsconfig.json', JSON.stringify(config)],
  ] as const) {
    fs.mkdirSync(path.dirname(path.join(CACHE, name)), { recursive: true });
    fs.writeFileSync(path.join(CACHE, name), text);
  }
  try {
    return await compile();
  } finally {
    fs.rmSync(CACHE, { recursive: true, force: true });
  }
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
    incremental: false,
    tsBuildInfoFile: undefined,
    paths: { 'docker-constructs': [path.join(ROOT, 'lib/index.ts')] },
  },
  include: [],
};

function compile(): Promise<string> {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', path.join(CACHE, 'tsconfig.json'), '--noEmit', '--pretty', 'false'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: CACHE, stdio: ['ignore', 'pipe', 'inherit'] });
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
