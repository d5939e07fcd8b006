import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { createInterface } from 'node:readline';

/** For tests: the other host, with web servers, a name server and whoever takes QUIC. `node test-remote.ts <key and certificate>`; counts what arrives. */
const pem = readFileSync(process.argv[2]!);
const seen = { requests: [] as string[], secure: 0, queries: 0, quic: 0 };
const answer = (
  request: { headers: { host?: string | undefined }; url?: string | undefined },
  end: (text: string) => void,
) => {
  seen.requests.push(`${request.headers.host}${request.url}`);
  end('welcome\n');
};
const listen = (server: { listen: (port: number, host: string, done: () => void) => unknown }, port: number) =>
  new Promise<void>((done) => server.listen(port, '::', done));
const web = () => createServer((request, response) => answer(request, (text) => response.end(text)));
const secure = createSecureServer({ key: pem, cert: pem }, (request, response) =>
  answer(request, (text) => response.end(text)),
);
secure.on('connection', () => {
  seen.secure += 1;
});
await Promise.all([listen(web(), 80), listen(web(), 8080), listen(secure, 443)]);
// A name server that knows one address for all names.
const names = createSocket('udp6');
const replyTo = (query: Buffer): Buffer => {
  seen.queries += 1;
  const end = query.indexOf(0, 12) + 5;
  const reply = Buffer.from(query.subarray(0, end));
  reply.writeUInt16BE(0x8180, 2);
  reply.writeUInt16BE(1, 6);
  reply.writeUInt32BE(0, 8);
  return Buffer.concat([reply, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 10, 78, 0, 1])]);
};
names.on('message', (query, from) => names.send(replyTo(query), from.port, from.address));
await new Promise<void>((done) => names.bind(53, done));
const slow = createTcpServer((socket) =>
  socket
    .on('data', (bytes: Buffer) => {
      const reply = replyTo(bytes.subarray(2));
      socket.write(Buffer.concat([Buffer.from([reply.length >> 8, reply.length & 255]), reply]));
    })
    .on('error', () => undefined),
);
await listen(slow, 53);
const quic = createSocket('udp6');
quic.on('message', () => {
  seen.quic += 1;
});
await new Promise<void>((done) => quic.bind(443, done));
for await (const _ of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(seen)}\n`);
process.exit(0);
