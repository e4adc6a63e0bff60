import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { must, ROOT } from '../command';
import { inTurns } from '../figures';
import type { Part } from '../figures';

const MOST = 0.7;
const TEMPLATE = path.join(ROOT, 'node_modules/cdktf-cli/bundle/templates/typescript/tsconfig.json');

/** `cdktf synth` of this repository, against the same app under what `cdktf init --template=typescript` sets up. */
export async function measureCdktf(quick: boolean): Promise<Part> {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-cdktf-'));
  try {
    const ours = copy(path.join(directory, 'ours'));
    const stock = copy(path.join(directory, 'stock'));
    useStockSettings(stock);
    await synth(ours);
    await synth(stock);
    const taken = await inTurns({ ours: () => synth(ours), stock: () => synth(stock) }, quick ? 2 : 7);
    return {
      contests: [
        {
          what: '`npx cdktf synth`',
          unit: 's',
          lines: [
            { name: "this repository's settings", samples: taken('ours', 'seconds') },
            { name: "the template's settings", samples: taken('stock', 'seconds'), most: MOST },
          ],
        },
      ],
      notes: [
        'Both are copies of this repository with the same packages, and write the same stacks. The template starts ' +
          '`npx ts-node` with type checks and with every `@types` package that is installed; here it is the local ts-node ' +
          'with swc, and types are checked by `npm test`.',
      ],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function copy(directory: string): string {
  mkdirSync(directory);
  for (const name of ['bin', 'lib', 'programs', 'stacks', 'cdktf.json', 'tsconfig.json', 'package.json']) {
    cpSync(path.join(ROOT, name), path.join(directory, name), { recursive: true });
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'));
  return directory;
}

function useStockSettings(directory: string): void {
  const settings = JSON.parse(readFileSync(path.join(directory, 'cdktf.json'), 'utf8')) as object;
  const app = 'npx ts-node bin/synth.ts';
  writeFileSync(path.join(directory, 'cdktf.json'), JSON.stringify({ ...settings, app }));
  const template = JSON.parse(readFileSync(TEMPLATE, 'utf8')) as { readonly compilerOptions: object };
  const compilerOptions = { ...template.compilerOptions, ...NEWER };
  writeFileSync(path.join(directory, 'tsconfig.json'), JSON.stringify({ ...template, compilerOptions }));
}

/** What newer sources need under a newer compiler, and what the template's compiler did unless told otherwise. */
const NEWER = {
  target: 'ES2022',
  lib: ['ES2023'],
  module: 'node16',
  moduleResolution: 'node16',
  esModuleInterop: true,
  types: ['*'],
};

async function synth(cwd: string): Promise<{ readonly seconds: number }> {
  const { seconds } = await must('npx', ['cdktf', 'synth'], { cwd });
  return { seconds };
}
