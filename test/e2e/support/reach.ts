import { spawn } from 'node:child_process';
import { docker } from './docker';

/** A running service, with the container of one replica and its addresses. */
export interface Place {
  readonly service: string;
  readonly container: string;
  readonly image: string;
  readonly addresses: readonly string[];
}

export interface Target {
  readonly service: string;
  readonly address: string;
  readonly port: number;
}

interface Inspected {
  readonly Id: string;
  readonly Image: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
}

/** Prints the targets of its standard input that take a connection. */
const SCAN = `
import concurrent.futures, json, socket, sys
def is_open(target):
    try:
        socket.create_connection((target["address"], target["port"]), timeout=1).close()
        return True
    except OSError:
        return False
targets = json.load(sys.stdin)
with concurrent.futures.ThreadPoolExecutor(64) as pool:
    print(json.dumps([target for target, found in zip(targets, pool.map(is_open, targets)) if found]))
`;

/** Prints the ports on which something listens for other machines. */
const LISTENERS = `
import json
ports = set()
for table in ("/proc/net/tcp", "/proc/net/tcp6"):
    for line in open(table).readlines()[1:]:
        address, state = line.split()[1], line.split()[3]
        host, port = address.rsplit(":", 1)
        if state == "0A" and not host.endswith("7F"): ports.add(int(port, 16))
print(json.dumps(sorted(ports)))
`;

/** The services of a stack that run, each once. */
export async function placesOf(stack: string): Promise<readonly Place[]> {
  const label = 'docker-constructs.workload';
  const ids = await docker(
    'ps',
    '--quiet',
    '--filter',
    `label=docker-constructs.stack=${stack}`,
    '--filter',
    `label=${label}`,
  );
  const all = JSON.parse(await docker('inspect', ...ids.split('\n').filter(Boolean))) as readonly Inspected[];
  return all.map(({ Id, Image, Config, NetworkSettings }) => ({
    service: Config.Labels[label]?.split('/').at(-1) ?? '',
    container: Id,
    image: Image,
    addresses: Object.values(NetworkSettings.Networks).flatMap(({ IPAddress }) =>
      IPAddress === '' ? [] : [IPAddress],
    ),
  }));
}

/** Those of the targets that take a connection from a service. */
export function openPorts(
  places: readonly Place[],
  from: string,
  targets: readonly Target[],
): Promise<readonly Target[]> {
  return inNetworkOf<readonly Target[]>(places, from, SCAN, targets);
}

/** Ports on which anything in the stack listens. */
export async function listeners(places: readonly Place[]): Promise<readonly number[]> {
  const ports = await Promise.all(
    places.map(({ service }) => inNetworkOf<readonly number[]>(places, service, LISTENERS, [])),
  );
  return [...new Set(ports.flat())];
}

/** Runs a Python program in the network of a service, in the image of the API, which has Python. */
async function inNetworkOf<Result>(
  places: readonly Place[],
  service: string,
  program: string,
  input: unknown,
): Promise<Result> {
  const container = place(places, service).container;
  const args = ['run', '--rm', '-i', '--network', `container:${container}`, '--entrypoint', 'python'];
  return JSON.parse(await piped([...args, place(places, 'api').image, '-c', program], JSON.stringify(input))) as Result;
}

function place(places: readonly Place[], service: string): Place {
  const found = places.find((one) => one.service === service);
  if (found === undefined) throw new Error(`no container of ${service} runs`);
  return found;
}

function piped(args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { stdio: ['pipe', 'pipe', 'inherit'], timeout: 120_000 });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`docker run ended with ${code}`))));
    child.stdin.end(input);
  });
}
