import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { builderVariables } from '../../lib/cli/terraform/builder-variables';
import type { ProcessEnvironment } from '../../lib/cli/terraform/child-environment';
import type { EngineAddress } from '../../lib/cli/engine/engine-address';

const SAME = { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };
let directory: string;

beforeAll(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), 'builder-'))));
afterAll(() => fs.rmSync(directory, { recursive: true }));

const at = (host: string, more: Partial<EngineAddress> = {}): EngineAddress => ({
  host,
  origin: 'DOCKER_HOST',
  ...more,
});

describe('What builds', () => {
  test.each<readonly [string, EngineAddress, ProcessEnvironment]>([
    ['the builder of the provider', at('unix:///a.sock'), SAME],
    ['the builder of the provider', at('tcp://a:2375'), SAME],
    ['the API, over ssh', at('ssh://a'), { ...SAME, DOCKER_BUILDKIT: '0' }],
    ['the API, with TLS', at('tcp://a:2376', { certificates: '/c' }), { ...SAME, DOCKER_BUILDKIT: '0' }],
    ['what the document says of an engine that the stack names', at('ssh://a', { origin: 'the stack' }), SAME],
  ])('is %s', (_, address, expected) => {
    const home = path.join(directory, 'home');
    expect(builderVariables(address, { environment: {}, home, directory })).toEqual(expected);
  });

  test('has a folder of the project where the one for docker cannot be written', () => {
    const home = path.join(directory, 'no-folder');
    fs.writeFileSync(home, '');
    const folder = (environment: ProcessEnvironment) =>
      builderVariables(at('unix:///a.sock'), { environment, home, directory }).BUILDX_CONFIG;
    expect(folder({})).toBe(path.join(directory, 'cdktf.out', 'buildx'));
    expect(folder({ DOCKER_CONFIG: path.join(directory, 'docker') })).toBeUndefined();
    expect(folder({ BUILDX_CONFIG: '/elsewhere' })).toBeUndefined();
  });
});
