import { connect, type Socket } from 'node:net';

/** A connection that was upgraded; what it carries are plain bytes, no frames. */
export function openWebSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET /stream HTTP/1.1\r\nHost: app.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n'),
    );
    socket.on('error', reject);
    socket.once('data', (head) =>
      head.toString().includes('101') ? resolve(socket) : reject(new Error(head.toString())),
    );
  });
}

/** Sends a text and waits for the answer. */
export function echo(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    socket
      .once('data', (data) => resolve(data.toString()))
      .once('close', () => reject(new Error('the connection was closed')));
    socket.write(text);
  });
}
