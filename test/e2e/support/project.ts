import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isOnlyImageRace } from '../../../lib/cli/terraform/image-race';
import { SecretStore } from '../../../lib/model/secrets/secret-store';
import { freePorts } from '../../support/free-ports';
import { run } from './command';
import type { Finished } from './command';
import { SCENARIO_FILE, stackNameOf } from './scenario';
import type { Scenario } from './scenario';

const ROOT = resolve(__dirname, '..', '..', '..');
const CDKTF = join(ROOT, 'node_modules/cdktf-cli/bundle/bin/cdktf');
const TS_NODE = join(ROOT, 'node_modules/ts-node/dist/bin.js');
const APP = [TS_NODE, join(ROOT, 'test/e2e/app/main.ts')];
/** Whether cdktf's command line starts here: its terminal module has no binary for newer versions of Node. */
export const CDKTF_STARTS = Number.parseInt(process.versions.node, 10) < 24;
/** The program that applies: Terraform, or OpenTofu. */
export const TERRAFORM = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';

/** What the program of the scenario `volumes` calls its backups. */
export const VOLUME_BACKUPS = ['ledger-backup', 'live-backup', 'live-as-found'] as const;

/** What monitoring makes up for itself. */
const MONITORING_SECRETS = [
  'postgres-exporter-password',
  'grafana-admin-password',
  'grafana-secret-key',
  'attachments-backup-local-key',
];

/** What the program makes for backups that go elsewhere, and for the jobs beside them. */
const AWAY_SECRETS = ['postgres-backup-local-key', 'postgres-backup-away-key', 'postgres-load-password'];

/** Where a run keeps its projects; the runner makes it and removes it. */
export function workDirectory(): string {
  const directory = process.env.DOCKER_CONSTRUCTS_E2E_DIRECTORY;
  if (directory === undefined) throw new Error('start the engine tests with: npm run test:e2e');
  return directory;
}

/** A checkout in small: a copy of the stack, secrets, state and output of its own, deployed by the real commands. */
export class Project {
  public readonly directory: string;
  public readonly stack: string;
  public readonly secrets: SecretStore;

  private constructor(public readonly base: Scenario) {
    this.directory = join(workDirectory(), base.name);
    this.stack = stackNameOf(base);
    this.secrets = new SecretStore({ directory: join(this.directory, '.secrets', this.stack) });
  }

  /** Opens the project of an environment; the first to ask makes it, with host ports that are free. */
  public static async open(name: string, wanted: Omit<Scenario, 'name' | 'http'> = {}): Promise<Project> {
    const file = join(workDirectory(), name, 'base.json');
    if (!existsSync(file)) await create(name, wanted);
    return new Project(JSON.parse(readFileSync(file, 'utf8')) as Scenario);
  }

  /** Program and arguments that write the document, for Node. */
  public get app(): readonly string[] {
    return APP;
  }

  public get http(): number {
    return this.base.http;
  }

  /** Folder of the synthesized stack, in which Terraform runs. */
  public get output(): string {
    return join(this.directory, 'cdktf.out', 'stacks', this.stack);
  }

  public path(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  /** Changes the project's copy of a file. */
  public edit(file: string, from: string, to: string): void {
    const before = readFileSync(this.path(file), 'utf8');
    if (!before.includes(from)) throw new Error(`${file} does not contain ${from}`);
    writeFileSync(this.path(file), before.replaceAll(from, to));
  }

  /** The scenario of the last deploy that worked. */
  public get deployed(): Scenario | undefined {
    const file = this.path('deployed.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Scenario) : undefined;
  }

  /** Our own deploy, whatever comes of it. */
  public tryDeploy(change: Partial<Scenario> = {}, env?: NodeJS.ProcessEnv): Promise<Finished> {
    return this.attempt(change, () => this.runCommand(['deploy', this.stack, '--yes'], env));
  }

  private async attempt(change: Partial<Scenario>, apply: () => Promise<Finished>): Promise<Finished> {
    const scenario = this.write(change);
    this.secrets.create('postgres-api-password');
    if (scenario.backup) this.secrets.create('postgres-backup-local-key');
    if (scenario.volumes) for (const name of VOLUME_BACKUPS) this.secrets.create(`${name}-local-key`);
    if (scenario.prometheus) for (const name of MONITORING_SECRETS) this.secrets.create(name);
    if (scenario.away) for (const name of AWAY_SECRETS) this.secrets.create(name);
    if (scenario.starts) for (const name of ['token', 'foreign-plain-password']) this.secrets.create(name);
    rmSync(this.path('deployed.json'), { force: true });
    const finished = await apply();
    if (finished.status === 0) writeFileSync(this.path('deployed.json'), JSON.stringify(scenario));
    return finished;
  }

  /** Our own deploy, with Ctrl-C as soon as its output has this text. */
  public interruptDeploy(change: Partial<Scenario>, interruptAt: string): Promise<Finished> {
    this.write(change);
    rmSync(this.path('deployed.json'), { force: true });
    const args = [TS_NODE, join(ROOT, 'bin/cli.ts'), 'deploy', this.stack, '--yes'];
    return run(process.execPath, args, { cwd: this.directory, interruptAt });
  }

  /** One of our own commands, whatever comes of it. */
  public command(...words: readonly string[]): Promise<Finished> {
    return this.runCommand(words);
  }

  private runCommand(words: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished> {
    const args = [TS_NODE, join(ROOT, 'bin/cli.ts'), ...words];
    return run(process.execPath, args, { cwd: this.directory, limitSeconds: 600, env });
  }

  public async deploy(change: Partial<Scenario> = {}): Promise<Finished> {
    return succeeded(await this.tryDeploy(change));
  }

  /** `cdktf deploy`. */
  public async deployByCdktf(): Promise<Finished> {
    const args = [CDKTF, 'deploy', this.stack, '--auto-approve', '--skip-provider-lock'];
    return succeeded(
      await this.attempt({}, () => run(process.execPath, args, { cwd: this.directory, limitSeconds: 600 })),
    );
  }

  /** Deploys unless exactly this is what was deployed last. */
  public async ensure(change: Partial<Scenario> = {}): Promise<void> {
    if (JSON.stringify(this.deployed) !== JSON.stringify({ ...this.base, ...change })) await this.deploy(change);
  }

  public async destroy(): Promise<Finished> {
    rmSync(this.path('deployed.json'), { force: true });
    return succeeded(await this.command('destroy', this.stack, '--yes'));
  }

  /** Writes the document without deploying it. */
  public async synthesize(change: Partial<Scenario> = {}): Promise<void> {
    this.write(change);
    succeeded(await this.command('synth'));
  }

  /** `terraform plan` of what was synthesized last; the exit code is 0 when nothing would change and 2 when something would. */
  public plan(...args: readonly string[]): Promise<Finished> {
    return this.terraform('plan', '-input=false', '-no-color', '-detailed-exitcode', ...args);
  }

  public async terraform(...args: readonly string[]): Promise<Finished> {
    const finished = await run(TERRAFORM, args, { cwd: this.output, limitSeconds: 600 });
    // Tests of other stacks remove images meanwhile.
    const isRace = finished.status === 1 && isOnlyImageRace(finished.output);
    return isRace ? this.terraform(...args) : finished;
  }

  private write(change: Partial<Scenario>): Scenario {
    const scenario = { ...this.base, ...change };
    writeFileSync(this.path(SCENARIO_FILE), JSON.stringify(scenario));
    return scenario;
  }
}

function succeeded(finished: Finished): Finished {
  if (finished.status === 0) return finished;
  throw new Error(`the deployment ended with ${finished.status}\n${finished.output}`);
}

async function create(name: string, wanted: Omit<Scenario, 'name' | 'http'>): Promise<void> {
  const directory = join(workDirectory(), name);
  mkdirSync(directory, { recursive: true });
  // Generated files in it would make images of their own.
  const filter = (source: string): boolean => !/(__pycache__|\.pytest_cache|\.venv)/.test(source);
  cpSync(join(ROOT, 'stacks'), join(directory, 'stacks'), { recursive: true, filter });
  for (const shared of ['lib', 'node_modules']) symlinkSync(join(ROOT, shared), join(directory, shared));
  const app = [process.execPath, ...APP].map((word) => `"${word}"`).join(' ');
  const settings = { language: 'typescript', app, projectId: `e2e-${name}`, sendCrashReports: 'false' };
  writeFileSync(join(directory, 'cdktf.json'), JSON.stringify(settings));
  const [http, https, postgresPort] = await freePorts(3);
  const ports = { http, https, ...(wanted.postgresPort === undefined ? {} : { postgresPort }) };
  writeFileSync(join(directory, 'base.json'), JSON.stringify({ name, ...wanted, ...ports }));
}

/** Fails with Terraform's own words when something would change. */
export async function expectEmptyPlan(project: Project, ...args: readonly string[]): Promise<void> {
  const { status, output } = await project.plan(...args);
  if (status !== 0) throw new Error(`the plan is not empty:\n${output}`);
}
