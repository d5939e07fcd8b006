import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { cefFixtures, leefFixtures } from '@sakimori/contract/intake/test-lines';
import { startCli } from '../../../test/run-cli.ts';

const launcher = join(import.meta.dirname, '../../bin/sakimori.mjs');

test('sakimori intake listen: prints what comes by TCP and UDP with the sender’s address, and what did not fit at its end', {
  timeout: 120_000,
}, async () => {
  const child = spawn(process.execPath, [launcher, 'intake', 'listen', '--tcp', '0', '--udp', '0'], {
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C' },
  });
  try {
    const told = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ports: number[] = [];
    while (ports.length < 2) ports.push(Number(/port (\d+)/.exec(String((await told.next()).value))?.[1]));
    const [udp, tcp] = ports as [number, number];
    const socket = connect({ host: '127.0.0.1', port: tcp });
    socket.end(`${cefFixtures[0]!.raw}\nhello\n`);
    const first = JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;
    const datagrams = createSocket('udp4');
    datagrams.send(leefFixtures[0]!.raw, udp, '127.0.0.1', () => datagrams.close());
    const second = JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;
    assert.deepEqual(
      [first, second].map(({ sender, format, module }) => [sender, format, module]),
      [
        [{ transport: 'tcp', address: '127.0.0.1' }, 'cef', 'system'],
        [{ transport: 'udp', address: '127.0.0.1' }, 'leef', 'intrusion_prevention'],
      ],
    );
    child.kill('SIGTERM');
    assert.match(String((await told.next()).value), /no event of CEF, LEEF or SNS: 1/);
    assert.deepEqual(await once(child, 'close'), [0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('sakimori intake listen typed wrong, or at a port that is in use', { timeout: 120_000 }, async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const cases: [string[], number, RegExp][] = [
    [[], 64, /--udp, --tcp or --tls/],
    [['--tcp', '70000'], 64, /0 to 65535/],
    [['--tls', '0'], 64, /--certificate and --certificate-key/],
    [['--tls', '0', '--certificate', '/nonexistent', '--certificate-key', '/nonexistent'], 64, /nonexistent/],
    [['--tcp', String(port)], 78, /EADDRINUSE.*another port or address/],
  ];
  const runs = await Promise.all(cases.map(([args]) => startCli(['intake', 'listen', ...args])));
  for (const [index, [args, code, expected]] of cases.entries()) {
    assert.deepEqual([runs[index]!.code, runs[index]!.out], [code, ''], args.join(' '));
    assert.match(runs[index]!.err, expected);
  }
});
