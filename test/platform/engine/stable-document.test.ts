import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Testing } from 'cdktf';
import { DataVolume, Image, stableDocument } from '../../../lib';
import { worker } from '../../support/services';
import { testStack } from '../../support/stacks';

describe('a snapshot of a stack with builds and a restored volume', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'snapshot-'));
    for (const name of ['one/app', 'two/app']) {
      mkdirSync(join(directory, name), { recursive: true });
      writeFileSync(join(directory, name, 'Dockerfile'), `FROM scratch\n# ${name}\n`);
    }
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  function synthesized(environment: Readonly<Record<string, string>> = {}, volumesFile = 'none.json'): string {
    const stack = testStack({}, { volumesFile: join(directory, volumesFile) });
    const image = (name: string) => Image.build(join(directory, name, 'app'));
    const first = worker(stack, { image: image('one'), environment }, 'First');
    worker(stack, { image: image('two') }, 'Second');
    new DataVolume(stack, 'Data').mountInto(first, '/data');
    return Testing.synth(stack, true);
  }

  test('stays when the source of an image is edited, and names each image once', () => {
    const before = synthesized();
    writeFileSync(join(directory, 'one/app/main.py'), 'print(1)\n');
    const after = synthesized();
    expect(after).not.toBe(before);
    expect(stableDocument(after)).toEqual(stableDocument(before));
    const { resource } = stableDocument(after) as { readonly resource: { readonly docker_image: object } };
    expect(Object.keys(resource.docker_image)).toEqual(['image-app-<hash>', 'image-app-<hash 2>']);
  });

  test('changes with all else that is written', () => {
    expect(stableDocument(synthesized({ LOG: 'debug' }))).not.toEqual(stableDocument(synthesized()));
  });

  test('stays after a restore where `volumesFile` names none, and says so where it names one', () => {
    const before = stableDocument(synthesized());
    writeFileSync(join(directory, 'volumes.json'), '{ "shop-test-data": "shop-test-data-20261201" }');
    expect(stableDocument(synthesized())).toEqual(before);
    expect(stableDocument(synthesized({}, 'volumes.json'))).not.toEqual(before);
  });
});
