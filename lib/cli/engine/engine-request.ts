import { certificatesIn, engineConnection } from '../../engine-client/connection';
import type { EngineConnection } from '../../engine-client/connection';
import { EngineClient } from '../../engine-client/engine-client';
import type { ProcessEnvironment } from '../terraform/child-environment';
import type { EngineAddress } from './engine-address';
import { apiVersionProblem } from './engine-api';

/** Options of a request to an engine. */
export interface AskOptions {
  /** Milliseconds to wait for the answer. */
  readonly timeout: number;
  /** Variables for the ssh client. */
  readonly environment: ProcessEnvironment;
}

/**
 * Returns the answer of an engine to a GET request, as text.
 *
 * @throws Error with the reason when there is no answer, or when it is not a success
 */
export function askEngine(address: EngineAddress, request: string, options: AskOptions): Promise<string> {
  return send(address, { method: 'GET', path: request }, options);
}

/** A request that changes an engine. */
export interface EngineChange {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  /** Body, sent as JSON. */
  readonly body?: object;
}

/**
 * Changes an object of an engine. Succeeds if the object is gone, or already as wanted.
 *
 * @throws Error with the reason when the engine refuses
 */
export async function changeEngine(address: EngineAddress, change: EngineChange, options: AskOptions): Promise<void> {
  await send(address, change, options);
}

interface EngineRequest {
  readonly method: 'GET' | EngineChange['method'];
  readonly path: string;
  readonly body?: object;
}

async function send(
  address: EngineAddress,
  { method, path, body: json }: EngineRequest,
  { timeout, environment }: AskOptions,
): Promise<string> {
  const client = new EngineClient(connection(address), { environment });
  try {
    const answer = await client.send({ method, path, json, timeout });
    const body = answer.body.toString('utf8');
    const isDone = method === 'GET' ? answer.status === 200 : answer.status < 400 || answer.status === 404;
    if (isDone) return body;
    throw new Error(apiVersionProblem(body) || `it answers with status ${answer.status}: ${body.slice(0, 200).trim()}`);
  } finally {
    client.close();
  }
}

function connection({ host, certificates }: EngineAddress): EngineConnection {
  const found = engineConnection(host, certificates === undefined ? undefined : () => certificatesIn(certificates));
  if (found !== undefined) return found;
  throw new Error(`${JSON.stringify(host)} is not an address of a Docker Engine`);
}
