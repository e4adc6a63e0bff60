import type { App } from 'cdktf';
import {
  ApiService,
  DataVolume,
  Duration,
  EnvironmentStack,
  HealthCheck,
  Image,
  ReverseProxy,
  WorkerService,
} from '../../../lib';
import type { Environment } from '../../../lib';
import type { Scenario } from '../support/scenario';

const PYTHON = Image.of('python:3.12-slim');

/** Answers with its version. */
const SERVER = [
  'import http.server, os',
  'class Handler(http.server.BaseHTTPRequestHandler):',
  '    protocol_version = "HTTP/1.1"',
  '    def do_GET(self):',
  '        body = os.environ["APP_VERSION"].encode()',
  '        self.send_response(200)',
  '        self.send_header("Content-Length", str(len(body)))',
  '        self.end_headers()',
  '        self.wfile.write(body)',
  '    def log_message(self, *args): pass',
  'http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()',
].join('\n');

/** Counts in its volume, and refuses to run beside another one that does. */
const COUNTER = [
  'import fcntl, time',
  'lock = open("/data/lock", "w")',
  'try: fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)',
  'except OSError: open("/data/twice", "w").write("yes"); raise',
  'n = 0',
  'while True:',
  '    n += 1',
  '    open("/data/count", "w").write(str(n))',
  '    time.sleep(0.2)',
].join('\n');

/** A small stack for a rollout that is cut off at each of its steps: a cutover, a proxy, and a service that stops first. */
export function addKills(app: App, environment: Environment, { version = '0', http, https }: Scenario): void {
  const stack = new EnvironmentStack(app, { system: 'mnemolite', environment, edge: { http, https } });
  const variables = { APP_VERSION: version };
  const api = new ApiService(stack, 'Api', {
    image: PYTHON,
    command: ['python3', '-c', SERVER],
    port: 8000,
    healthCheck: HealthCheck.command(
      ['python3', '-c', 'import urllib.request as u; u.urlopen("http://127.0.0.1:8000/", timeout=2)'],
      { startPeriod: Duration.seconds(30) },
    ),
    environment: variables,
    stopGracePeriod: Duration.seconds(5),
  });
  new ReverseProxy(stack, 'Proxy').addRoute(api, { path: '/*' });
  const data = new DataVolume(stack, 'Data');
  const counter = new WorkerService(stack, 'Counter', {
    image: PYTHON,
    command: ['python3', '-c', COUNTER],
    environment: variables,
    user: '0:0',
    stopGracePeriod: Duration.seconds(1),
  });
  data.mountInto(counter, '/data');
}
