// Made from main.ts by `npm run build`.
"use strict";

// programs/gate/address.ts
var import_node_crypto = require("node:crypto");
var import_node_fs2 = require("node:fs");
var import_node_os = require("node:os");
var import_node_path2 = require("node:path");

// lib/engine-client/connection.ts
var import_node_fs = require("node:fs");
var import_node_path = require("node:path");
function engineConnection(url, certificates2) {
  const [, scheme = "", rest = ""] = /^([a-z]+):\/\/(.*)$/.exec(url) ?? [];
  if (scheme === "unix") return { http: { socketPath: rest } };
  if (scheme === "npipe") return { http: { socketPath: rest.replaceAll("/", "\\") } };
  const machine = machineOf(rest);
  if (machine === void 0) return void 0;
  if (scheme === "ssh") return { ssh: machine };
  return ["tcp", "http", "https"].includes(scheme) ? { http: overNetwork(scheme, machine, certificates2) } : void 0;
}
function machineOf(rest) {
  const url = `machine://${rest}`;
  return URL.canParse(url) && new URL(url).hostname !== "" ? new URL(url) : void 0;
}
function overNetwork(scheme, url, certificates2) {
  const secure = scheme === "https" || scheme === "tcp" && certificates2 !== void 0;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port || (secure ? 2376 : 2375),
    secure,
    ...secure ? certificates2?.() : {}
  };
}
function certificatesIn(directory) {
  const read = (name) => {
    const file = (0, import_node_path.join)(directory, name);
    return (0, import_node_fs.existsSync)(file) ? (0, import_node_fs.readFileSync)(file) : void 0;
  };
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

// programs/gate/failure.ts
var Failure = class extends Error {
  /**
   * @param message - one idea a line
   * @param exitCode - 1: the step failed; 2: wrong usage
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
  name = "Failure";
};
var EngineError = class extends Error {
  /**
   * @param status - HTTP status; 0 after a timeout
   * @param message - the engine's own message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
  name = "EngineError";
};
function isFailure(error) {
  return error?.name === "Failure";
}
function isEngineError(error) {
  return error?.name === "EngineError";
}

// programs/gate/address.ts
function engineAddress({ host, certPath }, environment) {
  const { url, source } = chosen(host, environment);
  const directory = certificateFolder(certPath, environment);
  const connection = engineConnection(url, directory === void 0 ? void 0 : () => certificates(directory));
  if (connection !== void 0) return { url, source, ...connection };
  throw new Failure(
    `${JSON.stringify(url)} (${source}) is not an address of a Docker Engine.
Use unix:///path, npipe:////./pipe/name, tcp://host:port, https://host:port or ssh://user@host.`,
    2
  );
}
function chosen(host, environment) {
  if (host) return { url: host, source: "from --host" };
  const context = environment.DOCKER_CONTEXT;
  if (context && context !== "default") {
    return { url: contextHost(context, environment), source: `from the Docker context ${JSON.stringify(context)}` };
  }
  if (environment.DOCKER_HOST) return { url: environment.DOCKER_HOST, source: "from DOCKER_HOST" };
  const usual = process.platform === "win32" ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";
  return { url: usual, source: "the usual address; DOCKER_HOST is not set" };
}
function configDirectory(environment) {
  return environment.DOCKER_CONFIG || (0, import_node_path2.join)((0, import_node_os.homedir)(), ".docker");
}
function contextHost(name, environment) {
  const id = (0, import_node_crypto.createHash)("sha256").update(name).digest("hex");
  const file = (0, import_node_path2.join)(configDirectory(environment), "contexts", "meta", id, "meta.json");
  try {
    return String(JSON.parse((0, import_node_fs2.readFileSync)(file, "utf8")).Endpoints.docker.Host);
  } catch {
    throw new Failure(
      `DOCKER_CONTEXT names ${JSON.stringify(name)}, which is not a Docker context of this user.
See \`docker context ls\`, or unset DOCKER_CONTEXT.`
    );
  }
}
function certificateFolder(option, environment) {
  const verified = environment.DOCKER_TLS_VERIFY ? configDirectory(environment) : void 0;
  return option || environment.DOCKER_CERT_PATH || verified;
}
function certificates(directory) {
  const found = certificatesIn(directory);
  if (found.ca || found.cert) return found;
  throw new Failure(`${directory} holds neither ca.pem nor cert.pem, which are needed to trust the engine.`);
}

// programs/gate/arguments.ts
var import_node_util = require("node:util");
var USAGE = `usage: node main.cjs COMMAND --container ID [options]
  healthy   --timeout SECONDS [--container ID]... [--predecessors LABEL=VALUE] [--prepare ID]
  job       --timeout SECONDS [--data VOLUME]...
  open      --name NAME
  close     --name NAME [--container ID --name NAME]...
  handover  --name NAME --predecessors LABEL=VALUE [--grace SECONDS]
  reload    --name NAME --target LABEL=VALUE (--staged PATH --live PATH)... [--followed PATH]... [--signal NAME]
            [--timeout SECONDS] with the command that reloads as a JSON list of words in the variable GATE_EXEC
  limits    --target LABEL=VALUE, without --container
the most processes of healthy, job and limits: JSON of numbers by workload in the variable GATE_PIDS_LIMITS
the engine: [--host URL] [--cert-path DIRECTORY] [--ssh-option WORD]...`;
var COMMANDS = {
  healthy: { timeout: true, predecessors: false, prepare: false },
  job: { timeout: true, data: false },
  open: { name: true },
  close: { name: true },
  handover: { name: true, predecessors: true, grace: false },
  reload: { name: true, target: true, staged: true, live: true, followed: false, signal: false, timeout: false },
  limits: { target: true }
};
var text = { type: "string" };
var texts = { type: "string", multiple: true };
var OPTIONS = {
  container: texts,
  timeout: text,
  grace: text,
  predecessors: text,
  prepare: text,
  name: texts,
  target: text,
  staged: texts,
  live: texts,
  followed: texts,
  data: texts,
  signal: text,
  host: text,
  "cert-path": text,
  "ssh-option": texts
};
var EVERYWHERE = ["container", "host", "cert-path", "ssh-option"];
function refuse(message) {
  throw new Failure(`${message}
${USAGE}`, 2);
}
function parse(words) {
  try {
    return (0, import_node_util.parseArgs)({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return refuse(error.message);
  }
}
function assertOptions(command2, given) {
  const own = COMMANDS[command2];
  const alien = given.find((option) => !(option in own) && !EVERYWHERE.includes(option));
  if (alien !== void 0) refuse(`${command2} takes no --${alien}`);
  const needed = [...command2 === "limits" ? [] : ["container"], ...Object.keys(own).filter((option) => own[option])];
  const missing = needed.find((option) => !given.includes(option));
  if (missing !== void 0) refuse(`${command2} needs --${missing}`);
}
function milliseconds(option, value, otherwise) {
  const seconds = value === void 0 ? otherwise : Number(value);
  if (value === "" || !(seconds > 0 && seconds <= 86400)) {
    refuse(`--${option} ${JSON.stringify(value)} is not a number of seconds between 0 and 86400`);
  }
  return seconds * 1e3;
}
function label(option, value) {
  if (value !== void 0 && !/^[^=]+=./.test(value)) refuse(`--${option} ${JSON.stringify(value)} is not LABEL=VALUE`);
  return value;
}
function containers(command2, all) {
  const alien = all.find((one) => !/^[A-Za-z0-9][\w.-]*$/.test(one));
  if (alien !== void 0) refuse(`--container ${JSON.stringify(alien)} is not an id or name of a container`);
  if (all.length > 1 && command2 !== "healthy" && command2 !== "close") refuse(`${command2} takes one --container`);
  return all;
}
function command(json) {
  if (json === void 0 || json === "") return void 0;
  let words;
  try {
    words = JSON.parse(json);
  } catch {
    words = void 0;
  }
  if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string")) return words;
  return refuse(`GATE_EXEC ${JSON.stringify(json)} is not a JSON list of words`);
}
function limitsOf(json) {
  if (json === void 0 || json === "") return {};
  let limits2;
  try {
    limits2 = JSON.parse(json);
  } catch {
    limits2 = void 0;
  }
  const isRecord = typeof limits2 === "object" && limits2 !== null && !Array.isArray(limits2);
  if (isRecord && Object.values(limits2 ?? {}).every((limit2) => Number.isInteger(limit2) && limit2 > 0)) {
    return limits2;
  }
  return refuse(`GATE_PIDS_LIMITS ${JSON.stringify(json)} is not a JSON record of whole numbers`);
}
function pairs(staged, live, followed) {
  if (staged.length !== live.length) refuse("each --staged needs its --live");
  const relative = [...staged, ...live, ...followed].find((path) => !/^\/.*[^/]$/.test(path));
  if (relative !== void 0) refuse(`${JSON.stringify(relative)} is not an absolute path of a file`);
  return staged.map((path, index) => ({ staged: path, live: live[index] ?? "" }));
}
function readArguments(words, environment) {
  const { positionals, values } = parse(words);
  const [name, ...more] = positionals;
  if (name === void 0 || !Object.hasOwn(COMMANDS, name)) refuse(`${JSON.stringify(name ?? "")} is not a command`);
  if (more.length > 0) refuse(`${JSON.stringify(more[0])} stands where an option should`);
  const known = name;
  assertOptions(known, Object.keys(values));
  const all = containers(known, values.container ?? []);
  if (values.name !== void 0 && values.name.length !== all.length) refuse("each --container needs its --name");
  const options = {
    container: all[0] ?? "",
    containers: all,
    timeout: milliseconds("timeout", values.timeout, 20),
    grace: milliseconds("grace", values.grace, 10),
    predecessors: label("predecessors", values.predecessors),
    prepare: values.prepare,
    names: values.name ?? [],
    target: label("target", values.target),
    files: pairs(values.staged ?? [], values.live ?? [], values.followed ?? []),
    followed: values.followed ?? [],
    data: values.data ?? [],
    exec: known === "reload" ? command(environment.GATE_EXEC) : void 0,
    signal: values.signal,
    pidsLimits: limitsOf(environment.GATE_PIDS_LIMITS),
    host: values.host,
    certPath: values["cert-path"],
    sshOptions: values["ssh-option"] ?? []
  };
  return { name: known, options };
}

// programs/gate/containers.ts
var import_promises2 = require("node:timers/promises");

// lib/model/stack/labels.ts
var STACK_LABEL = "docker-constructs.stack";
var ROLE_LABEL = "docker-constructs.role";
var WORKLOAD_LABEL = "docker-constructs.workload";
var REVISION_LABEL = "docker-constructs.revision";
var DATA_LABEL = "docker-constructs.data";

// programs/gate/restart-policy.ts
var import_promises = require("node:timers/promises");
var ATTEMPTS = 10;
var PAUSE = 200;
async function setRestartPolicy(engine, id, Name) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await engine.post(`/containers/${id}/update`, { json: { RestartPolicy: { Name } } });
      return;
    } catch (error) {
      const hasJustEnded = isEngineError(error) && /cannot update a stopped container/.test(error.message);
      if (!hasJustEnded || attempt === ATTEMPTS) throw error;
      await (0, import_promises.setTimeout)(PAUSE);
    }
  }
}

// programs/gate/streams.ts
var HEADER = 8;
var LONGEST_LINE = 1e3;
function demultiplex(bytes) {
  const parts = [];
  let at = 0;
  while (isFrame(bytes, at)) {
    const end = at + HEADER + bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + HEADER, end));
    at = end;
  }
  if (at < bytes.length) parts.push(bytes.subarray(at));
  return Buffer.concat(parts).toString("utf8");
}
function isFrame(bytes, at) {
  const kind = bytes[at];
  return at + HEADER <= bytes.length && kind !== void 0 && kind <= 2 && bytes.readUIntBE(at + 1, 3) === 0;
}
function lastLines(text2, count) {
  return text2.split(/\r?\n|\r/).map((line) => printable(line).trimEnd()).filter((line) => line !== "").slice(-count).map((line) => line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line);
}
function printable(line) {
  return line.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g, "").replace(/\t/g, "  ").replace(new RegExp("\\p{Cc}", "gu"), "");
}

// programs/gate/containers.ts
var USUAL_GRACE = 10;
var Containers = class {
  constructor(engine) {
    this.engine = engine;
  }
  running;
  /**
   * Returns the start time of a container, in milliseconds of our clock. If the engine's clock differs, the run counts
   * from now.
   */
  startOf({ State }) {
    const now = Date.now();
    const start2 = this.engine.sharesOurClock ? Date.parse(State.StartedAt ?? "") : now;
    return start2 <= now ? start2 : now;
  }
  /**
   * @param id - or name
   * @returns undefined if there is none
   */
  async inspect(id) {
    try {
      return await this.engine.get(`/containers/${id}/json`);
    } catch (error) {
      if (isEngineError(error) && error.status === 404) return void 0;
      throw error;
    }
  }
  /**
   * @param label - LABEL=VALUE
   * @param status - a running one may be paused or waiting for its restart
   */
  async labelled(label2, status) {
    const filters = { label: [label2], ...status === "exited" ? { status: [status] } : {} };
    const found = await this.list(filters, status !== "running");
    const containers2 = await Promise.all(found.map(({ Id }) => this.inspect(Id)));
    return containers2.filter((container) => container !== void 0);
  }
  /**
   * Returns whether other containers of the same workload run. The first call asks the engine once for all of them.
   */
  async haveOthers({ Id, Config }) {
    const workload = Config.Labels?.[WORKLOAD_LABEL];
    this.running ??= this.list({ label: [WORKLOAD_LABEL] }, false);
    return (await this.running).some((other) => other.Labels?.[WORKLOAD_LABEL] === workload && other.Id !== Id);
  }
  /** Returns when each container was made, in milliseconds of the engine's clock. */
  async creations(ids) {
    const found = await this.list({ id: ids }, true);
    return new Map(found.map(({ Id, Created }) => [Id, Created * 1e3]));
  }
  /** Returns all containers of stacks, in any state. */
  ofStacks() {
    return this.list({ label: [ROLE_LABEL] }, true);
  }
  /** @param all - also those that do not run */
  list(filters, all) {
    return this.engine.get(`/containers/json?all=${all}&filters=${encodeURIComponent(JSON.stringify(filters))}`);
  }
  /** Gives a container another name. Returns false when the name is taken. */
  async rename(id, name) {
    try {
      await this.engine.post(`/containers/${id}/rename?name=${encodeURIComponent(name)}`);
      return true;
    } catch (error) {
      if (!isEngineError(error)) throw error;
      if ((await this.inspect(id))?.Name === `/${name}`) return true;
      if (error.status === 409) return false;
      throw error;
    }
  }
  /** Starts a service that was stopped here; it restarts with the engine again. */
  async start({ Id, HostConfig }) {
    await this.engine.post(`/containers/${Id}/start`);
    if (HostConfig.RestartPolicy?.Name === "no") await setRestartPolicy(this.engine, Id, "always");
  }
  /**
   * Sends the container's own stop signal and waits until it has ended; after its timeout the engine kills it. It stays
   * stopped: with the policy `always` it would restart with the engine, on the same data as its successor.
   * @param grace - seconds, for a container without a stop timeout
   */
  async stop(container, grace = USUAL_GRACE) {
    const { Id, Config, HostConfig, State } = container;
    const seconds = Config.StopTimeout ?? Math.ceil(grace);
    const always = HostConfig.RestartPolicy?.Name === "always";
    if (always) await setRestartPolicy(this.engine, Id, "no");
    try {
      if (State.Paused === true) await this.engine.post(`/containers/${Id}/unpause`);
      await this.engine.post(`/containers/${Id}/stop?t=${seconds}`, { patience: (seconds + 30) * 1e3 });
    } catch (error) {
      if (always) await setRestartPolicy(this.engine, Id, "always").catch(() => void 0);
      throw error;
    }
  }
  kill(id, signal) {
    return this.engine.post(`/containers/${id}/kill?signal=${encodeURIComponent(signal)}`);
  }
  /** Removes a container that does not run, if it is there; volumes with a name stay. */
  async remove(id) {
    try {
      await this.engine.ask("DELETE", `/containers/${id}`);
    } catch (error) {
      if (!(isEngineError(error) && error.status === 404)) throw error;
    }
  }
  async logs(id, lines) {
    return demultiplex(await this.engine.ask("GET", `/containers/${id}/logs?stdout=true&stderr=true&tail=${lines}`));
  }
  /**
   * Runs a command in a running container, with the container's user and variables.
   * @param patience - milliseconds
   */
  async exec(id, command2, patience) {
    const { Id } = await this.execution(id, command2);
    const start2 = { json: { Detach: false, Tty: false }, patience, once: true };
    const Output = demultiplex(await this.engine.ask("POST", `/exec/${Id}/start`, start2));
    for (; ; ) {
      const { Running, ExitCode } = await this.engine.get(`/exec/${Id}/json`);
      if (Running !== true) return { ExitCode: Number(ExitCode ?? -1), Output };
      await (0, import_promises2.setTimeout)(50);
    }
  }
  async execution(id, command2) {
    const json = { AttachStdout: true, AttachStderr: true, Cmd: command2 };
    const made = await this.engine.post(`/containers/${id}/exec`, { json });
    return made ?? { Id: "" };
  }
  /** Returns a file as an archive of one entry. */
  fetch(id, path) {
    return this.engine.ask("GET", `/containers/${id}/archive?path=${encodeURIComponent(path)}`);
  }
  /** Returns a file that may be missing. */
  async fetchIfThere(id, path) {
    try {
      return await this.fetch(id, path);
    } catch (error) {
      if (isEngineError(error) && error.status === 404) return void 0;
      throw error;
    }
  }
  unpack(id, directory, tar) {
    return this.engine.ask("PUT", `/containers/${id}/archive?path=${encodeURIComponent(directory)}`, { tar });
  }
};
function nameOf({ Name, Id }) {
  return Name.replace(/^\//, "") || Id.slice(0, 12);
}
function revisionOf(container) {
  return container?.Config.Labels?.[REVISION_LABEL];
}

// programs/gate/engine.ts
var import_promises3 = require("node:timers/promises");

// lib/engine-client/engine-client.ts
var import_node_http = require("node:http");
var import_node_https = require("node:https");

// lib/engine-client/ssh-socket.ts
var import_node_child_process = require("node:child_process");
var import_node_stream = require("node:stream");
var SshSocket = class extends import_node_stream.Duplex {
  constructor(child) {
    super();
    this.child = child;
    let complaint = "";
    child.stderr.on("data", (chunk) => complaint = `${complaint}${chunk}`.slice(-500));
    child.stdout.on("data", (chunk) => this.push(chunk) || child.stdout.pause());
    child.stdin.on("error", () => void 0);
    child.on("error", (error) => this.destroy(error));
    child.on("close", (code) => {
      if (code) this.destroy(new Error(`ssh ended with exit code ${code}: ${complaint.trim()}`));
      else this.push(null);
    });
  }
  _read() {
    this.child.stdout.resume();
  }
  _write(chunk, _encoding, done) {
    this.child.stdin.write(chunk, (error) => {
      if (!error) done();
    });
  }
  _final(done) {
    this.child.stdin.end(() => done());
  }
  _destroy(error, done) {
    this.child.kill();
    done(error);
  }
  // An HTTP agent sets options of its sockets; this one has none.
  setKeepAlive() {
    return this;
  }
  setNoDelay() {
    return this;
  }
  setTimeout() {
    return this;
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
};
function dialSsh(url, options, environment) {
  const login = url.username === "" ? [] : ["-l", decodeURIComponent(url.username)];
  const port = url.port === "" ? [] : ["-p", url.port];
  const socket = url.pathname.length > 1 ? ["--host", `unix://${url.pathname}`] : [];
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const args = ["-o", "ConnectTimeout=15", "-o", "BatchMode=yes", "-T", ...options, ...login, ...port, "--", host];
  const remote = ["docker", ...socket, "system", "dial-stdio"];
  return new SshSocket((0, import_node_child_process.spawn)("ssh", [...args, ...remote], { stdio: "pipe", windowsHide: true, env: environment }));
}

// lib/engine-client/engine-client.ts
var MOST_CONNECTIONS = 16;
var LARGEST_ANSWER = 64 * 1024 * 1024;
var EngineClient = class {
  agent;
  http;
  constructor({ ssh, http = {} }, options = {}) {
    this.http = http;
    this.agent = http.secure === true ? new import_node_https.Agent() : new import_node_http.Agent({ keepAlive: ssh !== void 0, maxSockets: MOST_CONNECTIONS });
    if (ssh === void 0) return;
    const createConnection = () => dialSsh(ssh, options.args ?? [], options.environment);
    Object.assign(this.agent, { createConnection });
  }
  /** Ends all connections, also those with a pending answer. */
  close() {
    this.agent.destroy();
  }
  /** @throws Error with the reason when there is no complete answer; `isTimeout` tells a timeout from the others */
  send({ method, path, json, tar, timeout }) {
    const body = tar ?? (json === void 0 ? void 0 : Buffer.from(JSON.stringify(json)));
    const { secure, ...connection } = this.http;
    const headers = {
      // HTTP requires a host name, which a socket lacks; on the network, the certificate is checked against the name.
      ...connection.host ? {} : { Host: "docker" },
      ...body === void 0 ? {} : { "Content-Type": tar === void 0 ? "application/json" : "application/x-tar" },
      "Content-Length": body?.length ?? 0
    };
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeout)));
    return new Promise((resolve3, reject) => {
      const fail2 = (error) => reject(signal.aborted ? tooSlow(method, path, timeout) : error);
      const begin = secure === true ? import_node_https.request : import_node_http.request;
      const request = begin({ ...connection, agent: this.agent, method, path, headers, signal }, (response) => {
        const clockDifference = Date.now() - Date.parse(response.headers.date ?? "");
        readBody(response).then((bytes) => resolve3({ status: response.statusCode ?? 0, body: bytes, clockDifference })).catch(fail2);
      });
      request.on("error", fail2);
      request.end(body);
    });
  }
};
async function readBody(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new Error(`an answer was larger than ${LARGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
var TIMEOUT = "ENGINE_TIMEOUT";
function tooSlow(method, path, timeout) {
  const error = new Error(`no answer to ${method} ${path.replace(/\?.*/, "")} within ${timeout / 1e3} s`);
  return Object.assign(error, { code: TIMEOUT });
}
function isTimeout(error) {
  return error?.code === TIMEOUT;
}

// programs/gate/engine.ts
var PAUSES = [200, 600, 1200];
var PAUSES_OF_A_RESTART = [200, 200, 200, 400, 1e3, 2e3, 4e3, 8e3, 8e3, 8e3];
var TRANSIENT = ["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "EAI_AGAIN"];
var PATIENCE = 3e4;
var CLOCK_TOLERANCE = 1500;
var Engine = class {
  constructor(address, sshOptions = []) {
    this.address = address;
    this.client = new EngineClient(address, { args: sshOptions });
  }
  /** True after `halt`. */
  halted = false;
  /** True if its clock agrees with ours, according to its answers. */
  sharesOurClock = false;
  hasAnswered = false;
  client;
  /** Returns an answer; the caller states its form. */
  async get(path) {
    return JSON.parse((await this.ask("GET", path)).toString("utf8"));
  }
  /** Returns an answer, or undefined for an empty one. */
  async post(path, request) {
    const answer = await this.ask("POST", path, request);
    return answer.length === 0 ? void 0 : JSON.parse(answer.toString("utf8"));
  }
  async ask(method, path, request = {}) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this.tryOnce(method, path, request);
        this.hasAnswered = true;
        return await this.unlessHalted(answer);
      } catch (error) {
        if (isEngineError(error) || this.halted) throw await this.unlessHalted(error);
        const pauses = this.hasAnswered ? PAUSES_OF_A_RESTART : PAUSES;
        const pause = request.once === true ? void 0 : pauses[attempt];
        if (pause === void 0 || !isTransient(error)) throw this.unreachable(error);
        await (0, import_promises3.setTimeout)(pause);
      }
    }
  }
  /** Stops all requests. Callers that wait for an answer keep waiting, until the program ends in another way. */
  halt() {
    this.halted = true;
    this.close();
  }
  /** Ends all connections, also those with a pending answer. */
  close() {
    this.client.close();
  }
  unlessHalted(outcome) {
    return this.halted ? new Promise(() => void 0) : outcome;
  }
  async tryOnce(method, path, { json, tar, patience = PATIENCE }) {
    try {
      const answer = await this.client.send({ method, path, json, tar, timeout: patience });
      this.sharesOurClock = Math.abs(answer.clockDifference) < CLOCK_TOLERANCE;
      return bodyOf(answer);
    } catch (error) {
      throw isTimeout(error) ? new EngineError(0, error.message) : error;
    }
  }
  unreachable(error) {
    const { url, source } = this.address;
    const advice = error.code === "EACCES" ? 'This user may not use it: on Linux, membership of the group "docker" allows that.' : "Start it, or set DOCKER_HOST to the engine that Terraform uses.";
    return new Failure(
      `The Docker Engine at ${url} (${source}) cannot be reached: ${error.message || error.code}
${advice}`
    );
  }
};
function isTransient(error) {
  const { code = "", message } = error;
  return TRANSIENT.includes(code) || /socket hang up|aborted|^ssh ended.*(refused|reset|closed|timed out)/i.test(message);
}
function bodyOf({ status, body }) {
  if (status < 400) return body;
  const text2 = body.toString("utf8").trim();
  let message = text2.slice(0, 500);
  try {
    message = String(JSON.parse(text2).message);
  } catch {
  }
  throw new EngineError(status, message || `HTTP status ${status}`);
}

// programs/gate/open.ts
var import_node_crypto2 = require("node:crypto");
var OPEN = /-open-[0-9a-f]{6}$/;
async function openHandover(containers2, { container: id, names: [name = ""] }) {
  const preparation = await containers2.inspect(id);
  if (preparation === void 0 || nameOf(preparation) !== name) return 0;
  await containers2.rename(id, `${name.replace(OPEN, "")}-open-${(0, import_node_crypto2.randomBytes)(3).toString("hex")}`);
  return 0;
}
async function closeHandovers(containers2, { containers: ids, names }) {
  await Promise.all(ids.map((id, index) => closeHandover(containers2, id, names[index])));
  return 0;
}
async function closeHandover(containers2, id, name) {
  const preparation = await containers2.inspect(id);
  if (preparation === void 0 || name === void 0 || nameOf(preparation) === name) return;
  await containers2.rename(id, name);
}

// programs/gate/report.ts
var MEANINGS = {
  126: "the program cannot be executed",
  127: "the program was not found",
  134: "it aborted",
  137: "it was killed",
  139: "it accessed memory that is not its own",
  143: "it was asked to stop"
};
var CHECKS = 5;
function say(line) {
  process.stdout.write(`${line}
`);
}
function sayList(title, lines) {
  if (lines.length === 0) return;
  say(title);
  for (const line of lines) say(`  ${line}`);
}
function describeState({ State, RestartCount, HostConfig }, end = State) {
  const health = State.Health === void 0 || State.Health.Status === "none" ? [] : [`health ${State.Health.Status}`];
  const restarts = RestartCount > 0 ? [`restarted ${RestartCount === 1 ? "once" : `${RestartCount} times`}`] : [];
  return [
    `State: ${[State.Status, ...health, ...restarts].join(", ")}.`,
    ...hasEnded(end) ? [`Exit code: ${describeExit(end.ExitCode)}.`] : [],
    ...end.OOMKilled === true ? [
      `It was killed because it needed more memory than it may have${limit(HostConfig.Memory)}; state more \`memory\`.`
    ] : [],
    ...State.Error ? lastLines(State.Error, 3).map((line) => `Error: ${line}`) : []
  ];
}
function hasEnded({ Status, ExitCode }) {
  return ExitCode !== 0 || ["exited", "dead", "restarting"].includes(Status);
}
function describeExit(code) {
  const meaning = MEANINGS[code];
  return meaning === void 0 ? String(code) : `${code} (${meaning})`;
}
function limit(bytes) {
  return bytes ? ` (${Math.round(bytes / 1024 / 1024)} MiB)` : "";
}
function describeChecks({ State }, own) {
  const made = State.Health?.Log ?? [];
  return (made.length > 0 || own === void 0 ? made : [own]).slice(-CHECKS).map(({ ExitCode, Output }) => `exit code ${ExitCode}: ${lastLines(Output, 3).join(" / ") || "(no output)"}`);
}
async function logLines(containers2, id, count) {
  try {
    const lines = lastLines(await containers2.logs(id, count), count);
    return lines.length > 0 ? lines : ["(nothing)"];
  } catch (error) {
    if (isEngineError(error)) return [`(not readable: ${error.message})`];
    throw error;
  }
}

// programs/gate/set-aside.ts
function isSetAside(it) {
  return /-failed-[0-9a-f]{6,}$/.test(it.Name);
}
async function markFailed(containers2, container) {
  const name = nameOf(container);
  if (isSetAside(container)) return name;
  for (const length of [6, 12, 64]) {
    const free = `${name}-failed-${container.Id.slice(0, length)}`;
    if (await containers2.rename(container.Id, free)) return free;
  }
  return name;
}
function notNow(error) {
  if (!isEngineError(error)) throw error;
  return void 0;
}
async function setAside(containers2, container) {
  try {
    const early = await markFailed(containers2, container).catch(notNow);
    await containers2.stop(container);
    const name = early ?? await markFailed(containers2, container);
    say(`It is stopped now and called ${name}; the next apply removes it.`);
    say(`To look at it: docker logs ${name}`);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    say(`It could not be set aside: ${error.message}`);
    say(`Remove it before the next apply: docker rm -f ${container.Id.slice(0, 12)}`);
  }
}
async function stopAndRemove(containers2, id) {
  const container = await containers2.inspect(id);
  if (container?.State.Running === true) await containers2.stop(container);
  if (container !== void 0) await containers2.remove(id);
}

// programs/gate/state.ts
var import_node_fs3 = require("node:fs");
var import_node_path3 = require("node:path");
var import_promises4 = require("node:timers/promises");
var DOCUMENT = "cdk.tf.json";
var ATTEMPTS2 = 20;
var PAUSE2 = 50;
async function readState(directory) {
  const file = stateFile(directory);
  for (let attempt = 0; file !== void 0 && attempt < ATTEMPTS2; attempt += 1) {
    const state = readJson(file);
    if (state !== void 0) return Array.isArray(state.resources) ? knownOf(state.resources) : void 0;
    if (!(0, import_node_fs3.existsSync)(file)) return void 0;
    await (0, import_promises4.setTimeout)(PAUSE2);
  }
  return void 0;
}
function stateFile(directory) {
  const stated = readJson((0, import_node_path3.join)(directory, DOCUMENT))?.terraform?.backend?.local?.path;
  const { TF_WORKSPACE, TF_DATA_DIR } = process.env;
  const chosen2 = readText((0, import_node_path3.resolve)(directory, TF_DATA_DIR || ".terraform", "environment"));
  const workspace = TF_WORKSPACE || chosen2 || "default";
  return typeof stated === "string" && workspace === "default" ? (0, import_node_path3.resolve)(directory, stated) : void 0;
}
function knownOf(resources) {
  const instances = (wanted) => resources.filter(({ type }) => type === wanted).flatMap(({ name = "", instances: all = [] }) => all.map((one) => ({ name, id: one.attributes?.id ?? "" })));
  return {
    ids: new Set(instances("docker_container").map(({ id }) => id)),
    claims: instances("terraform_data").filter(({ name }) => name.endsWith("-revision"))
  };
}
function readJson(file) {
  try {
    return JSON.parse(readText(file) ?? "");
  } catch {
    return void 0;
  }
}
function readText(file) {
  try {
    return (0, import_node_fs3.readFileSync)(file, "utf8");
  } catch {
    return void 0;
  }
}

// programs/gate/handover.ts
async function handover(containers2, options) {
  const { container: id, names, grace, predecessors = "" } = options;
  const preparation = await containers2.inspect(id);
  const all = await containers2.labelled(predecessors, "any");
  const own = all.filter((container) => !isPredecessor(container, preparation));
  const orphans2 = await orphansOf(own);
  const isOver = own.length > orphans2.length;
  if (!isOver) await openHandover(containers2, options);
  const running = all.filter(({ State }) => State.Running);
  const left = orphans2.filter((container) => running.includes(container));
  const others = running.filter((container) => !own.includes(container));
  const problems = await Promise.all(left.map((container) => removeOrphan(containers2, container)));
  const isDone = report(problems) && await stopAll(containers2, others, grace / 1e3);
  if (isOver) await closeHandover(containers2, id, names[0]);
  if (isDone) return 0;
  say("Nothing was handed over. Stop it by hand, or apply again.");
  return 1;
}
function report(problems) {
  for (const problem of problems) if (problem !== void 0) say(problem);
  return problems.every((problem) => problem === void 0);
}
function isPredecessor(container, preparation) {
  const revision = revisionOf(preparation);
  return revision === void 0 || revisionOf(container) !== revision || isSetAside(container);
}
async function orphansOf(own) {
  const known = own.length === 0 ? void 0 : await readState(process.cwd());
  return known === void 0 ? [] : own.filter(({ Id }) => !known.ids.has(Id));
}
async function removeOrphan(containers2, container) {
  try {
    await stopAndRemove(containers2, container.Id);
    say(`Removed ${nameOf(container)}, which an interrupted apply left behind.`);
    return void 0;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return `${nameOf(container)}, which an interrupted apply left behind, could not be removed: ${error.message}`;
  }
}
async function stopAll(containers2, others, grace) {
  const problems = await Promise.all(others.map((container) => stop(containers2, container, grace)));
  if (report(problems)) return true;
  await Promise.all(others.filter((_, index) => !problems[index]).map((other) => startAgain(containers2, other)));
  return false;
}
async function stop(containers2, container, grace) {
  try {
    await containers2.stop(container, grace);
    const after = await containers2.inspect(container.Id);
    if (after?.State.Running === true) return `${nameOf(container)} still runs although it was stopped.`;
    say(`Stopped ${nameOf(container)}, which makes room for its successor.`);
    return void 0;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return error.status === 404 ? void 0 : `${nameOf(container)} could not be stopped: ${error.message}`;
  }
}
async function startAgain(containers2, container) {
  try {
    await containers2.start(await containers2.inspect(container.Id) ?? container);
    say(`Started ${nameOf(container)} again.`);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    say(`${nameOf(container)} could not be started again: ${error.message}`);
  }
}

// programs/gate/healthy.ts
var import_promises6 = require("node:timers/promises");

// programs/gate/leftovers.ts
async function removeLeftovers(containers2, judged) {
  const known = await readState(process.cwd());
  const all = await containers2.ofStacks().catch(none);
  for (const current of all.filter((one) => judged.includes(one.Id) || judged.includes(nameOf2(one)))) {
    const left = known === void 0 ? neverStarted(all, current) : orphans(all, current, known);
    for (const one of left) await remove(containers2, one);
  }
}
function none(error) {
  if (isEngineError(error)) return [];
  throw error;
}
function neverStarted(all, current) {
  const others = all.filter((other) => isEarlier(other, current));
  const before = Math.max(...others.filter(({ State }) => State !== "created").map(({ Created }) => Created));
  return others.filter(({ State, Created }) => State === "created" && Created < before);
}
function isEarlier(other, current) {
  const differs = other.Labels?.[REVISION_LABEL] !== current.Labels?.[REVISION_LABEL];
  return differs && other.Labels?.[ROLE_LABEL] === "service" && isOf(other, current, WORKLOAD_LABEL);
}
function orphans(all, current, { ids, claims }) {
  const family = all.filter((other) => other.Id !== current.Id && isRelated(other, current, claims));
  const isInTouch = family.some(({ Id }) => ids.has(Id));
  return family.filter(({ Id }) => !ids.has(Id)).filter((other) => isInTouch || other.State === "created" || claims.some(({ id }) => hasRevision(other, id)));
}
function isRelated(other, current, claims) {
  const role = other.Labels?.[ROLE_LABEL];
  if (!isOf(other, current, STACK_LABEL)) return false;
  if (role === "config") return current.Labels?.[ROLE_LABEL] === role && baseOf(other) === baseOf(current);
  if (isOf(other, current, WORKLOAD_LABEL)) return current.Labels?.[WORKLOAD_LABEL] !== void 0;
  if (role !== "files" && role !== "ownership") return false;
  const claim = `${current.Labels?.[WORKLOAD_LABEL]?.split("/")[1]}-revision`;
  return claims.some(({ name, id }) => name === claim && hasRevision(other, id));
}
function hasRevision(other, id) {
  const revision = other.Labels?.[REVISION_LABEL] ?? "";
  return revision !== "" && id.startsWith(revision);
}
function isOf(other, current, label2) {
  return other.Labels?.[label2] === current.Labels?.[label2];
}
function baseOf(container) {
  return nameOf2(container).replace(/-[0-9a-f]{8}(?:-(?:open|failed)-[0-9a-f]+)*$/, "");
}
function nameOf2({ Names, Id }) {
  return Names?.[0]?.slice(1) ?? Id;
}
async function remove(containers2, container) {
  const name = nameOf2(container);
  try {
    await stopAndRemove(containers2, container.Id);
    say(`Removed ${name}, which an interrupted apply left behind.`);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    say(`${name}, which an interrupted apply left behind, could not be removed: ${error.message}`);
  }
}

// programs/gate/predecessor.ts
var import_promises5 = require("node:timers/promises");
var PATIENCE2 = 15e3;
async function bringBack(containers2, label2, failed) {
  const [last] = (await containers2.labelled(label2, "exited")).filter((container) => container.Id !== failed.id && !isSetAside(container)).filter((container) => failed.revision === void 0 || revisionOf(container) !== failed.revision).sort((a, b) => endOf(b) - endOf(a));
  if (last === void 0) return;
  const name = nameOf(last);
  try {
    await containers2.start(last);
    if (await runs(containers2, last.Id)) say(`Its predecessor ${name} was started again.`);
    else say(`Its predecessor ${name} was started again, but does not run. See: docker logs ${name}`);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    say(`Its predecessor ${name} could not be started again: ${error.message}`);
  }
}
function endOf({ State }) {
  return Date.parse(State.FinishedAt ?? "") || 0;
}
async function runs(containers2, id) {
  for (const deadline = Date.now() + PATIENCE2; Date.now() < deadline; await (0, import_promises5.setTimeout)(200)) {
    const { State } = await containers2.inspect(id) ?? {};
    if (State === void 0 || State.Status === "exited") return false;
    if (State.Running && State.Restarting !== true) return true;
  }
  return false;
}
async function forgetPreparation(containers2, preparation) {
  try {
    await containers2.remove(preparation.Id);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const name = nameOf(preparation);
    say(`${name} could not be removed: ${error.message}`);
    say(`Remove it before the next apply: docker rm -f ${name}`);
  }
}

// programs/gate/probe.ts
function checkCommand({ Config }) {
  const [kind, ...args] = Config.Healthcheck?.Test ?? [];
  if (kind === "CMD") return args;
  if (kind === "CMD-SHELL") return [...Config.Shell?.length ? Config.Shell : ["/bin/sh", "-c"], ...args];
  return void 0;
}
var Probe = class {
  /** @param deadline - time in milliseconds */
  constructor(containers2, id, deadline) {
    this.containers = containers2;
    this.id = id;
    this.deadline = deadline;
  }
  last;
  /** Its last end, where it starts again and again. */
  end;
  running;
  get succeeded() {
    return this.last?.ExitCode === 0;
  }
  /** Starts a check unless one runs; the promise ends with the check. */
  start(command2) {
    this.running ??= this.check(command2).finally(() => this.running = void 0);
    return this.running;
  }
  async check(command2) {
    try {
      this.last = await this.containers.exec(this.id, command2, this.deadline - Date.now());
    } catch (error) {
      if (!(isEngineError(error) || isFailure(error))) throw error;
    }
  }
};

// programs/gate/processes.ts
var limited = /* @__PURE__ */ new Set();
async function limitProcesses(containers2, container, limits2) {
  const limit2 = limits2[container.Config.Labels?.[WORKLOAD_LABEL] ?? ""];
  if (limit2 === void 0 || container.HostConfig.PidsLimit === limit2 || limited.has(container.Id)) return void 0;
  limited.add(container.Id);
  try {
    const answer = await containers2.engine.post(`/containers/${container.Id}/update`, {
      json: { PidsLimit: limit2 }
    });
    for (const warning of answer?.Warnings ?? []) say(`${nameOf(container)}: ${warning}`);
    return void 0;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    if (!await stillRuns(containers2, container.Id)) return void 0;
    return `could not be limited to ${limit2} processes: ${error.message}`;
  }
}
async function stillRuns(containers2, id) {
  return (await containers2.inspect(id))?.State.Running === true;
}
async function limits(containers2, { target = "", pidsLimits }) {
  const all = await containers2.labelled(target, "any");
  const problems = await Promise.all(
    all.map(async (container) => {
      const problem = await limitProcesses(containers2, container, pidsLimits);
      return problem === void 0 ? [] : [`${nameOf(container)} ${problem}.`];
    })
  );
  for (const problem of problems.flat()) say(problem);
  return problems.flat().length === 0 ? 0 : 1;
}

// programs/gate/healthy.ts
var MOST_RESTARTS = 3;
var LOG_LINES = 30;
var STEADY = 500;
var STEADY_AFTER_OTHERS = 2e3;
var SETTLED = 6e5;
var FIRST_PAUSE = 100;
var LONGEST_PAUSE = 500;
async function healthy(containers2, options) {
  const start2 = Date.now();
  const judged = await withoutSettled(containers2, options.containers);
  await removeLeftovers(containers2, judged);
  const probes = judged.map((id) => new Probe(containers2, id, start2 + options.timeout));
  const problems = await Promise.all(probes.map((probe) => watch(containers2, probe, options)));
  if (problems.every((problem) => problem === void 0)) {
    say(`Healthy after ${((Date.now() - start2) / 1e3).toFixed(1)} s.`);
    return 0;
  }
  for (const [index, probe] of probes.entries()) {
    const problem = problems[index];
    if (problem !== void 0) await giveUp(containers2, options, probe, problem);
  }
  say("Correct the cause and apply again; nothing that depends on it was changed.");
  return 1;
}
async function withoutSettled(containers2, ids) {
  if (ids.length === 1) return ids;
  const creations = await containers2.creations(ids);
  const newest = Math.max(...creations.values());
  return ids.filter((id) => !(newest - (creations.get(id) ?? newest) > SETTLED));
}
async function giveUp(containers2, options, probe, problem) {
  const container = await containers2.inspect(probe.id);
  say(`${container === void 0 ? probe.id : nameOf(container)} ${problem}.`);
  if (container !== void 0) await explain(containers2, container, probe);
  await undo(containers2, options, container);
}
async function watch(containers2, probe, { timeout, pidsLimits }) {
  const steady = { since: Date.now(), run: "" };
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const container = await containers2.inspect(probe.id);
    if (container === void 0) return "was removed while it started";
    if (hasEnded(container.State)) probe.end = container.State;
    const problem = findProblem(container) ?? await limitProcesses(containers2, container, pidsLimits);
    if (problem !== void 0) return problem;
    const command2 = checkCommand(container);
    const isDone = command2 === void 0 ? await isSteady(containers2, container, steady) : isHealthy(container);
    if (isDone) return void 0;
    const left = probe.deadline - Date.now();
    if (left <= 0) return `did not become healthy within ${timeout / 1e3} s`;
    const rest = (0, import_promises6.setTimeout)(Math.min(pause, left, untilSteady(steady)));
    if (command2 !== void 0 && isUp(container)) await Promise.race([probe.start(command2), rest]);
    if (probe.succeeded) return void 0;
    await rest;
    if (probe.succeeded) return void 0;
  }
}
function isUp({ State }) {
  return State.Running && State.Restarting !== true && State.Paused !== true;
}
function findProblem({ State, RestartCount }) {
  if (State.Status === "created" && State.Error) return "could not be started";
  if (State.Status === "exited" || State.Status === "dead") return "ended instead of becoming healthy";
  if (RestartCount >= MOST_RESTARTS) return "ends again and again";
  if (State.Health?.Status === "unhealthy") return "is unhealthy";
  return void 0;
}
function isHealthy({ State }) {
  return State.Health?.Status === "healthy";
}
async function isSteady(containers2, container, steady) {
  const run2 = isUp(container) ? `${container.State.StartedAt} ${container.RestartCount}` : "";
  if (run2 !== steady.run) Object.assign(steady, { since: containers2.startOf(container), run: run2 });
  if (run2 === "") return false;
  steady.long ??= await containers2.haveOthers(container) ? STEADY_AFTER_OTHERS : STEADY;
  return Date.now() - steady.since >= steady.long;
}
function untilSteady({ since, long }) {
  return long === void 0 ? Infinity : Math.max(FIRST_PAUSE / 10, since + long - Date.now());
}
async function explain(containers2, container, { end, last }) {
  for (const line of describeState(container, end)) say(line);
  sayList("Its last health checks:", describeChecks(container, last));
  sayList("Its last log lines:", await logLines(containers2, container.Id, LOG_LINES));
}
async function undo(containers2, { predecessors, prepare }, container) {
  const preparation = prepare === void 0 ? void 0 : await containers2.inspect(prepare);
  if (container !== void 0) await setAside(containers2, container);
  if (predecessors !== void 0) {
    const revision = revisionOf(container) ?? revisionOf(preparation);
    await bringBack(containers2, predecessors, { id: container?.Id, revision });
  }
  if (preparation !== void 0) await forgetPreparation(containers2, preparation);
}

// programs/gate/terraform.ts
var import_node_fs4 = require("node:fs");
var PAUSE3 = 500;
var SHELL = /^(?:sh|ash|bash|busybox|dash|ksh|zsh)$/;
function whenTerraformEnds(callback) {
  const before = parents();
  const timer = setInterval(() => {
    if (parents() === before) return;
    clearInterval(timer);
    callback();
  }, PAUSE3);
  timer.unref();
}
function parents() {
  const parent = statOf(process.ppid);
  return parent !== void 0 && SHELL.test(parent.name) ? `${process.ppid} ${parent.ppid}` : `${process.ppid}`;
}
function statOf(pid) {
  try {
    const [, name = "", ppid = ""] = /^\d+ \((.*)\) \S (\d+)/s.exec((0, import_node_fs4.readFileSync)(`/proc/${pid}/stat`, "utf8")) ?? [];
    return { name, ppid };
  } catch {
    return void 0;
  }
}

// programs/gate/interruption.ts
var LAST_MOMENTS = 2e3;
var ALL_THE_TIME = 3e5;
function endEarly(engine, options) {
  const end = (line, time, cleanUp) => {
    if (engine.halted) return;
    engine.halt();
    say(line);
    setTimeout(() => process.exit(1), time);
    void cleanUp(new Containers(new Engine(engine.address, options.sshOptions)), options).catch(() => void 0).finally(() => process.exit(1));
  };
  process.stdout.on("error", () => void 0);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => end("Interrupted.", LAST_MOMENTS, setAside2));
  }
  whenTerraformEnds(() => end("Terraform was ended.", ALL_THE_TIME, takeBack));
}
async function setAside2(containers2, { container: id, containers: all, prepare }) {
  if (all.length !== 1) return;
  const container = await containers2.inspect(id);
  if (container !== void 0) await markFailed(containers2, container);
  if (prepare !== void 0) await containers2.remove(prepare);
  if (container !== void 0) await containers2.stop(container);
}
async function takeBack(containers2, { container: id, containers: all, prepare, predecessors }) {
  if (all.length !== 1) return;
  const container = await containers2.inspect(id);
  const revision = revisionOf(container);
  if (container !== void 0) await stopAndRemove(containers2, container.Id);
  if (prepare !== void 0) await containers2.remove(prepare);
  if (predecessors !== void 0) await bringBack(containers2, predecessors, { id, revision });
}

// programs/gate/job.ts
var import_promises7 = require("node:timers/promises");

// programs/gate/restored-data.ts
var RESTORED = "docker-constructs.restored";
var EARLIER = 6e5;
async function wasRestored(containers2, job2, volumes) {
  const last = await lastRun(containers2, job2);
  if (last !== void 0) return dataOf(last) !== dataOf(job2);
  for (const volume of volumes) if (await isNewlyRestored(containers2, job2, volume)) return true;
  return false;
}
async function lastRun(containers2, { Id, Config }) {
  const all = await containers2.labelled(`${WORKLOAD_LABEL}=${Config.Labels?.[WORKLOAD_LABEL]}`, "any");
  const [last] = all.filter((other) => other.Id !== Id && startOf(other) > 0).sort((one, other) => startOf(other) - startOf(one));
  return last;
}
function startOf({ State }) {
  return Date.parse(State.StartedAt ?? "") || 0;
}
function dataOf({ Config }) {
  return Config.Labels?.[DATA_LABEL] ?? "";
}
async function isNewlyRestored(containers2, job2, volume) {
  const named = dataOf(job2).split(",").includes(volume);
  if (!named && !await isMadeByRestore(containers2, volume)) return false;
  const users = await containers2.list({ volume: [volume] }, true);
  const made = (await containers2.creations([job2.Id])).get(job2.Id) ?? 0;
  return !users.some(({ Created }) => made - Created * 1e3 > EARLIER);
}
async function isMadeByRestore({ engine }, volume) {
  try {
    return (await engine.get(`/volumes/${volume}`)).Labels?.[RESTORED] !== void 0;
  } catch (error) {
    if (isEngineError(error) && error.status === 404) return false;
    throw error;
  }
}

// programs/gate/job.ts
var LOG_LINES2 = 50;
var WARNING = "docker-constructs warning:";
var FIRST_PAUSE2 = 50;
var LONGEST_PAUSE2 = 500;
async function job(containers2, options) {
  if (options.data.length > 0 && !await start(containers2, options)) return 0;
  const deadline = Date.now() + options.timeout;
  for (let pause = FIRST_PAUSE2; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE2)) {
    const container = await containers2.inspect(options.container);
    if (container === void 0) return vanished(options.container);
    const { Status, ExitCode, Error: Error2 } = container.State;
    if (Status === "exited" && ExitCode === 0) return succeed(containers2, container);
    if (Status === "exited" || Status === "dead") return fail(containers2, container, "failed");
    if (Status === "created" && Error2) return fail(containers2, container, "could not be started");
    const problem = await limitProcesses(containers2, container, options.pidsLimits);
    if (problem !== void 0) return fail(containers2, container, problem);
    const left = deadline - Date.now();
    if (left <= 0) return fail(containers2, container, `had not ended after ${options.timeout / 1e3} s`);
    await (0, import_promises7.setTimeout)(Math.min(pause, left));
  }
}
async function succeed(containers2, { Id }) {
  await removeLeftovers(containers2, [Id]);
  const warnings = (await logLines(containers2, Id, LOG_LINES2)).filter((line) => line.startsWith(WARNING));
  for (const line of warnings) say(`Warning:${line.slice(WARNING.length)}`);
  return 0;
}
async function start(containers2, options) {
  const container = await containers2.inspect(options.container);
  if (container === void 0 || container.State.Status !== "created") return true;
  if (await wasRestored(containers2, container, options.data)) {
    const name = nameOf(container);
    say(`The job ${name} was not run: its data was restored since its last run.`);
    say(`To run it on the restored data: docker start --attach ${name}`);
    return false;
  }
  try {
    await containers2.engine.post(`/containers/${container.Id}/start`);
  } catch (error) {
    if (!isEngineError(error) || !(await containers2.inspect(container.Id))?.State.Error) throw error;
  }
  return true;
}
function vanished(id) {
  say(`The job ${id} was removed before it had ended.`);
  say("Apply again: it runs once more.");
  return 1;
}
async function fail(containers2, container, problem) {
  say(`The job ${nameOf(container)} ${problem}.`);
  for (const line of describeState(container)) say(line);
  sayList("Its last log lines:", await logLines(containers2, container.Id, LOG_LINES2));
  await setAside(containers2, container);
  say("Correct the cause and apply again; nothing that waits for this job was changed.");
  return 1;
}

// programs/gate/passed.ts
var import_node_fs5 = require("node:fs");
var import_node_path4 = require("node:path");
var FILE = "docker-constructs-passed";
var LARGEST = 1024 * 1024;
function notePassed(ids) {
  if (!(0, import_node_fs5.existsSync)(DOCUMENT)) return;
  const file = (0, import_node_path4.resolve)(FILE);
  try {
    if (((0, import_node_fs5.statSync)(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) (0, import_node_fs5.rmSync)(file);
    (0, import_node_fs5.appendFileSync)(file, ids.map((id) => `${id}
`).join(""), { mode: 384 });
  } catch {
  }
}

// programs/gate/reload.ts
var import_node_path5 = require("node:path");
var import_promises8 = require("node:timers/promises");

// programs/gate/tar.ts
var BLOCK = 512;
var NAME = { at: 0, length: 100 };
var SIZE = { at: 124, length: 12 };
var CHECKSUM = { at: 148, length: 8 };
var KIND = 156;
var MAGIC = { at: 257, text: "ustar\0" };
var PREFIX = { at: 345, length: 155 };
var EXTENDED_HEADER = "x";
var FILES = ["0", "\0"];
function renameFile(tar, name) {
  if (Buffer.byteLength(name) > NAME.length) throw new Error(`${JSON.stringify(name)} is too long for a file's name`);
  const { extended, header, content } = onlyFile(tar);
  return archive([...extended, namedHeader(header, name), content]);
}
function contentOf(tar) {
  return onlyFile(tar).content;
}
function onlyFile(tar) {
  const extended = [];
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + BLOCK);
    const size = sizeOf(header);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) break;
    const kind = String.fromCharCode(header[KIND] ?? 0);
    if (FILES.includes(kind)) return { extended, header, content };
    if (kind === EXTENDED_HEADER) extended.push(...withoutPath(header, content));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error("the archive holds no complete file");
}
function archive(parts) {
  const padded = parts.flatMap((part) => [part, Buffer.alloc((BLOCK - part.length % BLOCK) % BLOCK)]);
  return Buffer.concat([...padded, Buffer.alloc(2 * BLOCK)]);
}
function namedHeader(header, name) {
  const copy = Buffer.from(header);
  copy.fill(0, NAME.at, NAME.at + NAME.length).write(name, NAME.at);
  const magic = copy.toString("latin1", MAGIC.at, MAGIC.at + MAGIC.text.length);
  if (magic === MAGIC.text) copy.fill(0, PREFIX.at, PREFIX.at + PREFIX.length);
  return withChecksum(copy);
}
function withoutPath(header, content) {
  const records = [];
  for (let at = 0; at < content.length; ) {
    const length = parseInt(content.toString("latin1", at, at + 20), 10);
    if (!(length > 0)) break;
    const record = content.subarray(at, at + length);
    if (!/^\d+ path=/.test(record.toString("latin1"))) records.push(record);
    at += length;
  }
  if (records.length === 0) return [];
  const rest = Buffer.concat(records);
  const copy = Buffer.from(header);
  copy.write(`${rest.length.toString(8).padStart(SIZE.length - 1, "0")}\0`, SIZE.at, "latin1");
  return [withChecksum(copy), rest];
}
function sizeOf(header) {
  return parseInt(header.toString("latin1", SIZE.at, SIZE.at + SIZE.length).replace(/[\0 ]+$/, ""), 8) || 0;
}
function withChecksum(header) {
  header.fill(" ", CHECKSUM.at, CHECKSUM.at + CHECKSUM.length);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, CHECKSUM.at, "latin1");
  return header;
}

// programs/gate/reload.ts
var STAGED = ".next";
var OUTPUT_LINES = 30;
var PAUSE4 = 500;
var KILLED = 137;
var SHORTEST_PATIENCE = 1e4;
var STILL_STARTING = /connection refused|connect: no such file/i;
async function reload(containers2, options) {
  const { container, files, followed } = options;
  try {
    await removeLeftovers(containers2, [container]);
    await openHandover(containers2, options);
    for (const file of followed) await promote(containers2, container, `${file}${STAGED}`, file);
    if (followed.length > 0 && await isInPlace(containers2, container, files)) return 0;
    const targets = await containers2.labelled(options.target ?? "", "running");
    if (!await allTakeOver(containers2, targets, options)) {
      say("It keeps the configuration that it has; nothing was put in place.");
      return giveUp2();
    }
    for (const { staged, live } of files) await promote(containers2, container, staged, live);
    for (const { Id } of targets) if (options.signal !== void 0) await tell(containers2, Id, options.signal);
    for (const target of targets) say(`${nameOf(target)} has the new configuration.`);
    return 0;
  } catch (error) {
    if (isFailure(error)) throw error;
    say(`The new configuration could not be put in place: ${error.message}`);
    await stopAndRemove(containers2, container).catch(() => void 0);
    return giveUp2();
  }
}
async function isInPlace(containers2, writer, files) {
  for (const { staged, live } of files) {
    const present = await containers2.fetchIfThere(writer, live);
    if (present === void 0 || !contentOf(present).equals(contentOf(await containers2.fetch(writer, staged)))) {
      return false;
    }
  }
  return true;
}
async function allTakeOver(containers2, targets, { exec, timeout }) {
  const deadline = Date.now() + timeout;
  for (const { Id } of exec === void 0 ? [] : targets) {
    if (!await takesOver(containers2, Id, exec ?? [], deadline)) return false;
  }
  return true;
}
async function takesOver(containers2, id, command2, deadline) {
  for (; ; ) {
    const target = await containers2.inspect(id);
    const late = Date.now() >= deadline;
    if (target === void 0 || !target.State.Running || target.State.Restarting === true && late) return true;
    if (target.State.Restarting !== true) {
      const result = await run(containers2, id, command2, deadline);
      if (result?.ExitCode === 0) return true;
      if (result !== void 0 && (late || !mayPass(result))) return refusal(target, result);
    }
    await (0, import_promises8.setTimeout)(PAUSE4);
  }
}
function mayPass({ ExitCode, Output }) {
  return ExitCode === KILLED || STILL_STARTING.test(Output);
}
async function run(containers2, id, command2, deadline) {
  try {
    return await containers2.exec(id, command2, Math.max(SHORTEST_PATIENCE, deadline - Date.now()));
  } catch (error) {
    if (isEngineError(error) && await hasEnded2(containers2, id)) return void 0;
    throw error;
  }
}
function refusal(target, { ExitCode, Output }) {
  say(`${nameOf(target)} refuses the new configuration: exit code ${describeExit(ExitCode)}.`);
  sayList("It says:", lastLines(Output, OUTPUT_LINES));
  return false;
}
async function promote(containers2, writer, staged, live) {
  const tar = await containers2.fetch(writer, staged);
  await containers2.unpack(writer, import_node_path5.posix.dirname(live), renameFile(tar, import_node_path5.posix.basename(live)));
}
async function tell(containers2, id, signal) {
  try {
    await containers2.kill(id, signal);
  } catch (error) {
    if (!isEngineError(error) || !await hasEnded2(containers2, id)) throw error;
  }
}
async function hasEnded2(containers2, id) {
  const { State } = await containers2.inspect(id) ?? {};
  return State === void 0 || !State.Running || State.Restarting === true;
}
function giveUp2() {
  say("Correct the cause and apply again.");
  return 1;
}

// programs/gate/main.ts
var COMMANDS2 = { healthy, job, open: openHandover, close: closeHandovers, handover, reload, limits };
var FAREWELL = 500;
async function main() {
  const { name, options } = readArguments(process.argv.slice(2), process.env);
  const engine = new Engine(engineAddress(options, process.env), options.sshOptions);
  endEarly(engine, options);
  try {
    const code = await COMMANDS2[name](new Containers(engine), options);
    if (code === 0) notePassed(options.containers);
    return code;
  } finally {
    engine.close();
  }
}
function exitCodeOf(error) {
  if (isFailure(error)) {
    say(error.message);
    return error.exitCode;
  }
  say(`The Docker Engine failed: ${error.message}`);
  return 1;
}
void main().catch(exitCodeOf).then((code) => {
  process.exitCode = code;
  setTimeout(() => process.exit(), FAREWELL).unref();
});
