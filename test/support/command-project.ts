import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Session } from '../../lib/cli/terraform/session';
import type { Manifest } from '../../lib/model/stack/manifest';
import { requireProgram } from './programs';

const APP = `
const fs = require('node:fs');
if (fs.existsSync('broken')) throw new Error(fs.readFileSync('broken', 'utf8'));
fs.writeFileSync('app-saw.json', JSON.stringify(process.env));
fs.cpSync('synthesized', process.env.CDKTF_OUTDIR, { recursive: true });
`;

/** The same as far as the restores need it: a shell starts many times faster than Node, and they start it often. */
const SHELL_APP = `
printf '{"DOCKER_CONSTRUCTS_UPGRADE":"%s"}' "$DOCKER_CONSTRUCTS_UPGRADE" >app-saw.json
cp -R synthesized/. "$CDKTF_OUTDIR"
`;

/** What the project's Terraform does for each of its commands, in shell. */
interface TerraformScripts {
  readonly version?: string;
  readonly init?: string;
  readonly plan?: string;
  readonly apply?: string;
  readonly state?: string;
  readonly console?: string;
}

const TERRAFORM: Required<TerraformScripts> = {
  version: "echo 'Terraform v1.9.0'",
  init: 'mkdir -p .terraform',
  plan: "echo 'Plan: 1 to add, 0 to change, 0 to destroy.'; exit 2",
  apply: "echo 'Apply complete! Resources: 1 added, 0 changed, 0 destroyed.'",
  state: 'true',
  console: 'true',
};

/** Programs that the fakes above and those of the tests call. */
const SYSTEM = [
  'awk',
  'cat',
  'chmod',
  'cp',
  'dirname',
  'env',
  'grep',
  'mkdir',
  'rm',
  'sed',
  'sh',
  'sleep',
  'stat',
  'tail',
  'touch',
];

/** A document for Terraform as small as the commands can do with. */
export const DOCUMENT = {
  terraform: {
    backend: { local: { path: '../../../state/shop-dev.tfstate' } },
    required_providers: { docker: { source: 'kreuzwerker/docker', version: '3.6.2' } },
    required_version: '>= 1.7.0',
  },
  provider: { docker: [{}] },
  resource: { docker_container: { api: {}, proxy: {} }, docker_network: { edge: {} } },
};

/** A stack as the program writes it. */
interface WrittenStack {
  readonly document: unknown;
  readonly manifest?: Manifest;
  readonly dependencies?: readonly string[];
  readonly annotations?: readonly object[];
}

/** A project in a folder of its own, whose program and whose Terraform do what a test wants. */
export class CommandProject {
  public readonly directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'command-')));
  public readonly printed: string[] = [];
  public readonly warned: string[] = [];
  /** The variables of a session that states none of its own. */
  public environment: Readonly<Record<string, string | undefined>>;

  private engine: http.Server | undefined;

  public constructor() {
    this.environment = { PATH: this.searchPath() };
    this.write('cdktf.json', JSON.stringify({ app: 'node app.js', context: { stage: 'x' } }));
    this.write('app.js', APP);
    this.write('package.json', '{}');
    this.environment = { PATH: this.terraform({}), TF_PLUGIN_CACHE_DIR: this.directory };
    this.stacks({ 'shop-dev': { document: DOCUMENT, manifest: this.manifest('shop-dev') } });
  }

  public get text(): string {
    return this.printed.join('\n');
  }

  public get warnings(): string {
    return this.warned.join('\n');
  }

  public write(name: string, text: string, mode = 0o644): string {
    const file = path.join(this.directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode });
    return file;
  }

  public read<T>(name: string): T {
    return JSON.parse(fs.readFileSync(path.join(this.directory, name), 'utf8')) as T;
  }

  public stacks(stacks: Readonly<Record<string, WrittenStack>>): void {
    fs.rmSync(path.join(this.directory, 'synthesized'), { recursive: true, force: true });
    const entries = Object.entries(stacks).map(([name, { document, manifest, ...entry }]) => {
      const workingDirectory = path.join('stacks', name);
      const synthesizedStackPath = path.join(workingDirectory, 'cdk.tf.json');
      this.write(path.join('synthesized', synthesizedStackPath), JSON.stringify(document));
      if (manifest !== undefined)
        this.write(`synthesized/${workingDirectory}/docker-constructs.json`, JSON.stringify(manifest));
      return [name, { name, workingDirectory, synthesizedStackPath, ...entry }] as const;
    });
    this.write('synthesized/manifest.json', JSON.stringify({ stacks: Object.fromEntries(entries) }));
  }

  /** A program in shell for the same stacks. */
  public useShell(): void {
    this.write('cdktf.json', JSON.stringify({ app: '. ./app.sh' }));
    this.write('app.sh', SHELL_APP);
  }

  /** Another Terraform, or OpenTofu, in the folder for the PATH. It notes its words and variables. */
  public terraform(scripts: TerraformScripts, name = 'terraform'): string {
    const { version, ...others } = { ...TERRAFORM, ...scripts };
    const note = `echo "$@" >>'${this.directory}/terraform-saw'; env >'${this.directory}/terraform-environment'`;
    const cases = Object.entries(others).map(([command, script]) => `${command}) ${script} ;;`);
    return this.program(
      name,
      [`if [ "$1" = version ]; then ${version}; exit; fi`, note, 'case "$1" in', ...cases, 'esac'].join('\n'),
    );
  }

  /** The words that Terraform was called with, a line each, with PLAN for the file of a plan. */
  public get terraformSaw(): readonly string[] {
    const file = path.join(this.directory, 'terraform-saw');
    if (!fs.existsSync(file)) return [];
    return fs
      .readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.replace(/[^\s=]+\/docker-constructs-plan-\S+/, 'PLAN'));
  }

  /** Adds a program to those that the session finds, and returns the PATH. */
  public program(name: string, script: string): string {
    this.write(`programs/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
    return String(this.environment.PATH);
  }

  /** A PATH to the programs of the test, to Node and to a few of the system: no other one of the machine is found. */
  private searchPath(): string {
    const programs = path.join(this.directory, 'programs');
    const system = path.join(this.directory, 'system');
    for (const folder of [programs, system]) fs.mkdirSync(folder);
    for (const name of SYSTEM) fs.symlinkSync(requireProgram(name), path.join(system, name));
    fs.symlinkSync(process.execPath, path.join(system, 'node'));
    return [programs, system].join(path.delimiter);
  }

  public manifest(stack: string, more: Partial<Manifest> = {}): Manifest {
    const limits = { memory: '256m', cpus: '1', replicas: 1 };
    return {
      stack,
      urls: ['http://localhost:8080'],
      services: [
        {
          ...limits,
          hostname: 'api',
          kind: 'service',
          image: `built from ${path.join(this.directory, 'api')}`,
          replicas: 2,
          replacement: 'cutover',
          networks: ['app', 'data'],
          ports: [],
        },
        {
          ...limits,
          hostname: 'proxy',
          kind: 'service',
          image: 'caddy:2.11.4',
          replacement: 'stop-first',
          networks: ['edge', 'app'],
          // A port that programs of the system only could have.
          ports: ['127.0.0.1:1->80/tcp', '127.0.0.1:1->443/udp'],
        },
      ],
      secrets: [
        { name: 'db-password', origin: 'generated', description: 'password of the role api', consumers: ['api'] },
      ],
      secretsDirectory: path.join(this.directory, '.secrets', stack),
      encryptedDirectory: path.join(this.directory, 'secrets', stack),
      volumesFile: path.join(this.directory, 'volumes.json'),
      backups: [],
      ...more,
    };
  }

  /**
   * A Docker Engine that tells its version and has no containers, until the project is removed.
   *
   * @param answers - what it answers to other requests, by their decoded path; null is a 404
   */
  public async startEngine(answers: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const socket = path.join(this.directory, 'engine.sock');
    const all: Readonly<Record<string, unknown>> = { '/version': { Version: '27.0' }, ...answers };
    this.engine = http.createServer(({ url = '' }, response) => {
      const answer = all[decodeURIComponent(url)];
      response.writeHead(answer === null ? 404 : 200).end(JSON.stringify(answer ?? []));
    });
    await new Promise<void>((resolve) => this.engine?.listen(socket, resolve));
    return `unix://${socket}`;
  }

  public session(more: Partial<Session> = {}): Session {
    return {
      directory: this.directory,
      environment: this.environment,
      home: path.join(this.directory, 'home'),
      platform: 'linux',
      isTerminal: false,
      hasColours: false,
      ask: async () => '',
      call: (command) => `npm run ${command} --`,
      print: (line) => this.printed.push(line),
      warn: (line) => this.warned.push(line),
      ...more,
    };
  }

  public remove(): void {
    this.engine?.close();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
