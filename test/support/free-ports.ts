import { createServer, type Server } from 'node:net';

/** Ports of this machine that nobody listens on at the moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners = await Promise.all(Array.from({ length: count }, listen));
  const ports = listeners.map((listener) => {
    const address = listener.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return ports;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const listener = createServer().on('error', reject);
    listener.listen(0, '127.0.0.1', () => resolve(listener));
  });
}
