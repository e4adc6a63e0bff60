import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'cdktf';
import { handWrittenProgram, libraryProgram, useImageId } from './programs';

/** One synthesis in one process: `synth-once library|hand COUNT DIRECTORY`; prints milliseconds and peak memory. */
const [kind, count, directory] = process.argv.slice(2);
const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'synth-'));
const known = JSON.parse(fs.readFileSync(path.join(directory ?? '', 'known.json'), 'utf8')) as {
  readonly image: string;
  readonly revisions: readonly string[];
};
useImageId(known.image);
const begin = process.hrtime.bigint();
const app = new App({ outdir, skipValidation: false });
if (kind === 'library') libraryProgram(app, Number(count));
else handWrittenProgram(app, Number(count), known.revisions);
app.synth();
const milliseconds = Number(process.hrtime.bigint() - begin) / 1e6;
process.stdout.write(JSON.stringify({ milliseconds, peakMebibytes: process.resourceUsage().maxRSS / 1024, outdir }));
