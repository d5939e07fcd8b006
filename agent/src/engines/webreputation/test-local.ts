import { createSocket } from 'node:dgram';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** For tests: a program on the protected host. Takes orders as lines of JSON. */
type Order = {
  do: string;
  hex?: string;
  host?: string;
  port?: number;
  paths?: readonly string[];
  pieces?: readonly string[];
};
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const get = (name: string, path: string): Promise<string> =>
  new Promise((resolve) => {
    const asked = request({ host: '10.78.0.1', port: 80, path, agent, headers: { host: name } }, (response) => {
      response.resume();
      response.once('end', () => resolve(String(response.statusCode)));
      response.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    asked.setTimeout(5000, () => asked.destroy(new Error('late')));
    asked.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end();
  });

const orders: Record<string, (order: Order) => Promise<unknown>> = {
  /** One after another over one connection. */
  keepAlive: async ({ host = '', paths = [] }) => {
    const answers: string[] = [];
    for (const path of paths) answers.push(await get(host, path));
    return { answers };
  },
  /** Raw bytes over TCP, piece by piece. */
  tcp: ({ host = '10.78.0.1', port = 80, pieces = [] }) =>
    new Promise((resolve) => {
      const socket = connect({ host, port, noDelay: true });
      let answer = '';
      const end = (how: string) => resolve({ how, answer });
      socket.setTimeout(5000, () => end('silent'));
      socket.on('data', (bytes) => {
        answer += bytes.toString('latin1');
        if (/welcome/.test(answer)) end('answered');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? ''));
      socket.once('close', () => end('closed'));
      socket.once('connect', async () => {
        for (const piece of pieces) {
          socket.write(Buffer.from(piece, 'hex'));
          await new Promise((done) => setTimeout(done, 30));
        }
      });
    }),
  /** One datagram, and what comes back within a while. */
  udp: ({ host = '10.78.0.1', port = 53, hex = '' }) =>
    new Promise((resolve) => {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      const timer = setTimeout(() => {
        socket.close();
        resolve({ answer: '' });
      }, 1000);
      socket.once('message', (bytes) => {
        clearTimeout(timer);
        socket.close();
        resolve({ answer: bytes.toString('hex') });
      });
      socket.send(Buffer.from(hex, 'hex'), port, host);
    }),
};
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  process.stdout.write(`${JSON.stringify(await orders[order.do]!(order))}\n`);
}
process.exit(0);
