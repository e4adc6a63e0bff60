import { createServer, type Server } from 'node:net';

/** Below the ports that systems give to connections, so that none takes a port before the program that it is for. */
const FIRST = 20_000;
const LAST = 32_000;

/** Ports of this machine that nobody listens on at the moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners: Server[] = [];
  while (listeners.length < count) listeners.push(await listenSomewhere());
  const ports = listeners.map((listener) => {
    const address = listener.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return ports;
}

async function listenSomewhere(attempts = 20): Promise<Server> {
  try {
    return await listen(FIRST + Math.floor(Math.random() * (LAST - FIRST)));
  } catch (error) {
    if (attempts === 0) throw error;
    return listenSomewhere(attempts - 1);
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const listener = createServer().on('error', reject);
    listener.listen(port, '127.0.0.1', () => resolve(listener));
  });
}
