import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { recordBytesMax } from './framing.ts';
import { SyslogDoor, type SyslogDoorOptions } from './syslog-door.ts';
import { makeTestCertificates } from './test-certificates.ts';

/** A door that notes what it takes, and how to wait for it. */
function makeDoor(t: TestContext, options: Partial<SyslogDoorOptions> = {}) {
  const taken: string[] = [];
  const faults: string[] = [];
  let heard = () => {};
  const door = new SyslogDoor({
    take: async ({ transport, identity }, frames) => {
      taken.push(...frames.map(({ bytes }) => `${transport}${identity ? `/${identity}` : ''} ${bytes}`));
      heard();
    },
    onFault: (_, fault) => {
      faults.push(fault);
      heard();
    },
    ...options,
  });
  t.after(() => door.close());
  const until = async (is: () => boolean): Promise<void> => {
    while (!is())
      await new Promise<void>((done) => {
        heard = done;
      });
  };
  return { door, taken, faults, until };
}

const opened = async (port: number): Promise<Socket> => {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

test('TCP: counts and lines, cut anywhere, several connections', async (t) => {
  const { door, taken, until } = makeDoor(t);
  const port = await door.openTcp('127.0.0.1', 0);
  const [one, two] = [await opened(port), await opened(port)];
  one.write('<1>a\n8 <1>b\nxyz<');
  two.end('<1>second');
  await until(() => taken.length === 3);
  one.end('1>c\n');
  await until(() => taken.length === 4);
  assert.deepEqual(taken.toSorted(), ['tcp <1>a', 'tcp <1>b\nxyz', 'tcp <1>c', 'tcp <1>second']);
});

test('TCP: nothing more is read of a sender until what was read is safe; others are served meanwhile', async (t) => {
  let release = () => {};
  const safe = new Promise<void>((done) => {
    release = done;
  });
  const seen: string[] = [];
  let bytes = 0;
  const { door } = makeDoor(t, {
    slots: 2,
    take: async (_, frames) => {
      seen.push(frames[0]!.bytes.toString().slice(0, 6));
      for (const frame of frames) bytes += frame.bytes.length;
      if (frames[0]!.bytes.includes('slow')) await safe;
    },
  });
  const port = await door.openTcp('127.0.0.1', 0);
  const flood = await opened(port);
  const chunk = Buffer.from(`<1>slow ${'x'.repeat(1000)}\n`.repeat(1000));
  let isFull = false;
  for (let sent = 0; sent < 64 && !isFull; sent += 1) {
    flood.write(chunk);
    isFull = flood.writableLength > 16 * 1024 * 1024;
  }
  const other = await opened(port);
  other.end('<1>other\n');
  while (!seen.includes('<1>oth')) await new Promise((done) => setTimeout(done, 10));
  assert.ok(isFull && bytes < 8 * 1024 * 1024, `${bytes} bytes were read before they were safe`);
  release();
  flood.destroy();
});

test('TCP: a frame beyond the bound ends the connection, a crowd is refused, what is not safe is not acknowledged', async (t) => {
  const { door, faults, until } = makeDoor(t, { connectionsOfOneMax: 1 });
  const port = await door.openTcp('127.0.0.1', 0);
  const one = await opened(port);
  await opened(port);
  await until(() => faults.length === 1);
  one.write(`${recordBytesMax + 1} <1>x`);
  await until(() => faults.length === 2);
  const failing = makeDoor(t, { take: () => Promise.reject(new Error('disk full')) });
  const socket = await opened(await failing.door.openTcp('127.0.0.1', 0));
  socket.write('<1>a\n');
  await once(socket, 'close');
  assert.deepEqual([faults, failing.faults], [['crowded', 'oversized'], ['broken']]);
});

test('UDP: a datagram is a record; what one address has waiting is bounded, and counted beyond', async (t) => {
  let release = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  const frames: Buffer[] = [];
  const { door } = makeDoor(t, {
    slots: 1,
    take: async (_, given) => {
      await held;
      frames.push(...given.map(({ bytes }) => bytes));
    },
  });
  const port = await door.openUdp('127.0.0.1', 0);
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  const send = (text: string) => new Promise((done) => socket.send(text, port, '127.0.0.1', done));
  for (let sent = 0; sent < 400 && door.lost === 0; sent += 1) {
    await send(`<1>${'x'.repeat(32_000)}`);
    await new Promise((done) => setImmediate(done));
  }
  assert.ok(door.lost > 0);
  release();
  while (frames.length < 2) await new Promise((done) => setTimeout(done, 10));
  assert.ok(frames.reduce((sum, { length }) => sum + length, 0) < 5 * 1024 * 1024);
  assert.equal(typeof (await door.kernelLost()), process.platform === 'linux' ? 'number' : 'undefined');
});

test('TLS: a client is known by its certificate; none, a stranger’s, a revoked one is refused', async (t) => {
  const { server, client, revoked, stranger, ca, crl } = await makeTestCertificates();
  const { door, taken, faults, until } = makeDoor(t);
  const port = await door.openTls('127.0.0.1', 0, { ...server, ca, crl, isClientNeeded: true });
  const optional = await door.openTls('127.0.0.1', 0, { ...server, ca, crl });
  const send = (to: number, own: object, text: string) =>
    connectTls({ host: '127.0.0.1', port: to, ca, checkServerIdentity: () => undefined, ...own })
      .on('error', () => undefined)
      .end(text);
  send(port, client, '<1>known\n');
  await until(() => taken.length === 1);
  for (const own of [{}, stranger, revoked]) send(port, own, '<1>unknown\n');
  await until(() => faults.length === 3);
  send(optional, {}, '<1>nobody\n');
  await until(() => taken.length === 2);
  for (const own of [stranger, revoked]) send(optional, own, '<1>unknown\n');
  await until(() => faults.length === 5);
  const plain = await opened(port);
  plain.end('<1>no TLS\n');
  await until(() => faults.length === 6);
  assert.deepEqual(taken, ['tls/dsm.example <1>known', 'tls <1>nobody']);
  assert.deepEqual(faults, [...Array(5).fill('certificate'), 'handshake']);
});
