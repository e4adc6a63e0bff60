import * as fs from 'node:fs';
import * as path from 'node:path';
import { applyStacks } from '../../lib/cli/terraform/terraform-command';
import { CommandProject } from '../support/command-project';

const LOCK = '.terraform.lock.hcl';
const OWN = `cdktf.out/stacks/shop-dev/${LOCK}`;
const lockOf = (version: string, hashes = '"h1:one="'): string =>
  `provider "registry.example/kreuzwerker/docker" {\n  version     = "${version}"\n  hashes = [${hashes}]\n}\n`;

let project: CommandProject;

beforeEach(async () => {
  project = new CommandProject();
  project.environment = { ...project.environment, DOCKER_HOST: await project.startEngine() };
  project.write('.secrets/shop-dev/db-password', 'x', 0o600);
});
afterEach(() => project.remove());

const deploy = (): Promise<number> => applyStacks('deploy', ['shop-dev', '--yes'], project.session());
const read = (name: string): string => fs.readFileSync(path.join(project.directory, name), 'utf8');

test('the checksums of the project are handed to Terraform, and what it adds is taken back', async () => {
  project.write(LOCK, lockOf('3.6.2'));
  project.terraform({ init: `mkdir -p .terraform; cp ${LOCK} saw; sed -i 's/one=/one=", "h1:two=/' ${LOCK}` });
  expect(await deploy()).toBe(0);
  expect(read('cdktf.out/stacks/shop-dev/saw')).toBe(lockOf('3.6.2'));
  expect(read(LOCK)).toBe(lockOf('3.6.2', '"h1:one=", "h1:two="'));
});

test('a stack with another version of the provider keeps checksums of its own', async () => {
  project.write(LOCK, lockOf('4.5.0'));
  project.terraform({ init: `mkdir -p .terraform; echo own >${LOCK}` });
  expect(await deploy()).toBe(0);
  expect([read(LOCK), read(OWN)]).toEqual([lockOf('4.5.0'), 'own\n']);
});

test('a project without the file is left without it', async () => {
  project.terraform({ init: `mkdir -p .terraform; echo own >${LOCK}` });
  expect(await deploy()).toBe(0);
  expect(fs.existsSync(path.join(project.directory, LOCK))).toBe(false);
});

test('another provider than the one of the checksums is refused with what to do', async () => {
  const file = project.write(LOCK, lockOf('3.6.2'));
  const said = "the cached package doesn\\'t match any of the checksums recorded in the dependency lock file";
  project.terraform({
    init: `printf '%s\\n' "╷" "│ Error: Required plugins are not installed" "│ " "│ ${said.replace('\\', '')}" "╵"; exit 1`,
  });
  expect(await deploy()).toBe(1);
  expect(project.warnings).toContain(
    `The provider is not the one whose checksums are in ${file}. Find out why before you go on. For another system, add ` +
      'its checksums: terraform providers lock -platform=<os>_<arch>.',
  );
  expect(read(LOCK)).toBe(lockOf('3.6.2'));
});
