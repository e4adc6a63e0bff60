import { readFileSync } from 'node:fs';
import { App } from 'cdktf';
import type { Known, Program } from './plain';

// One synthesis in a process of its own: `once PROGRAM COUNT OUTDIR KNOWN`; prints what it took. Only the program that
// is measured is loaded.
const [name = '', count, outdir, known = ''] = process.argv.slice(2);
const facts = JSON.parse(readFileSync(known, 'utf8')) as Known;
const { program } = require(`./${name}`) as { readonly program: Program };

const loaded = performance.now();
const before = process.cpuUsage();
const app = new App({ outdir, skipValidation: false });
program(app, Number(count), facts);
app.synth();
const end = performance.now();

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;
const figures = {
  synth: end - loaded,
  synthCpu: milliseconds(process.cpuUsage(before)),
  /** From the start of the process. */
  wall: end,
  cpu: milliseconds(process.cpuUsage()),
  memory: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(figures));
