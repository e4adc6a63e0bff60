import { homedir } from 'node:os';
import * as path from 'node:path';
import { ImageReference } from '../../../lib/values/image-reference';
import { applyImageSources } from '../../../lib/values/image-mirrors';
import type { ImageMirrors } from '../../../lib/values/image-mirrors';
import { answers, must, ROOT, run } from '../command';

const PRIVATE_ENGINE = path.join(ROOT, 'test/e2e/engine/private-engine.sh');
const STAND_INS = path.join(ROOT, 'test/e2e/images/build.sh');
const OFFICIAL = { python: 'python:3.12-slim', postgres: 'pgvector/pgvector:0.8.6-pg18-trixie', caddy: 'caddy:2.11.4' };
/** Kept from run to run, because it holds the images. A socket's path has to be short. */
const PRIVATE_DIRECTORY = path.join(homedir(), '.cache/docker-constructs/bench');

/** The engine to measure on, which the child processes find in DOCKER_HOST. */
export interface BenchEngine {
  readonly version: string;
  /** Images by the part they play. */
  readonly images: Readonly<Record<keyof typeof OFFICIAL, string>>;
  /** Ends it, if it was started for the benchmark. */
  stop(): Promise<void>;
}

/** An engine that answers, or a private one; a text says why there is none. */
export async function findEngine(): Promise<BenchEngine | string> {
  const { DOCKER_CONSTRUCTS_BENCH_ENGINE: directory } = process.env;
  if (directory === undefined && (await answers('docker', 'version'))) return describe(async () => undefined);
  const wanted = directory ?? PRIVATE_DIRECTORY;
  const started = await run(PRIVATE_ENGINE, ['start', wanted], { limitSeconds: 120 });
  if (!started.ok) return `no Docker Engine answers, and none could be started: ${started.output.trim()}`;
  process.env.DOCKER_HOST = started.stdout.trim();
  return describe(async () => void (await run(PRIVATE_ENGINE, ['stop', wanted], { limitSeconds: 120 })));
}

async function describe(stop: () => Promise<void>): Promise<BenchEngine | string> {
  const version = (await must('docker', ['version', '--format', '{{.Server.Version}}'])).stdout.trim();
  const images = await findImages();
  if (typeof images !== 'string') return { version, images, stop };
  await stop();
  return images;
}

/** The official images where a registry answers, else what the user has in their place, else the tests' stand-ins. */
async function findImages(): Promise<BenchEngine['images'] | string> {
  const given = process.env.DOCKER_CONSTRUCTS_IMAGE_SOURCES;
  if (given !== undefined) return images(given);
  if (await pulled()) return OFFICIAL;
  const built = await run(STAND_INS, [process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock'], { limitSeconds: 900 });
  if (!built.ok) return `the images can neither be pulled nor built here: ${built.output.trim()}`;
  process.env.DOCKER_CONSTRUCTS_IMAGE_SOURCES = built.stdout;
  return images(built.stdout);
}

function images(text: string): BenchEngine['images'] {
  const sources = JSON.parse(text) as ImageMirrors;
  const source = (image: string): string => applyImageSources(ImageReference.parse(image), sources).toString();
  return { python: source(OFFICIAL.python), postgres: source(OFFICIAL.postgres), caddy: source(OFFICIAL.caddy) };
}

async function pulled(): Promise<boolean> {
  for (const image of Object.values(OFFICIAL)) {
    const there = await answers('docker', 'image', 'inspect', image);
    if (!there && !(await run('docker', ['pull', '--quiet', image], { limitSeconds: 300 })).ok) return false;
  }
  return true;
}
