import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { makeDnsRefusal, readDnsQuery } from './dns.ts';
import { HttpStream } from './http.ts';
import { addressOf, readPacket, tcpFlags } from './ip.ts';
import { checksumOf, makeTcp, makeUdp } from './make.ts';
import { QuicHello } from './quic.ts';
import { clientHello, dnsQuery, initialOf } from './test-bytes.ts';
import { readClientHello } from './tls.ts';

const ends = (version: 4 | 6) => ({
  version,
  source: version === 4 ? Buffer.from([10, 0, 0, 1]) : Buffer.from('20010db8000000000000000000000001', 'hex'),
  destination: version === 4 ? Buffer.from([192, 0, 2, 7]) : Buffer.from('20010db8000000000000000000000002', 'hex'),
  sourcePort: 40_000,
  destinationPort: 80,
});
const payload = Buffer.from('GET / HTTP/1.1\r\n\r\n');
const head = { sequence: 7, acknowledgement: 0xffffffff, flags: tcpFlags.ack };

describe('packets', () => {
  test('what is made is read again, with right checksums', () => {
    for (const version of [4, 6] as const)
      for (const bytes of [makeTcp(ends(version), head, payload), makeUdp(ends(version), payload)]) {
        const packet = readPacket(bytes);
        assert.ok(packet);
        assert.deepEqual(packet.payload, payload);
        assert.equal(addressOf(packet.destination), version === 4 ? '192.0.2.7' : '2001:db8::2');
        const body = bytes.subarray(version === 4 ? 20 : 40);
        const pseudo = Buffer.alloc(8);
        pseudo.writeUInt32BE(body.length, 0);
        pseudo[7] = packet.protocol;
        assert.equal(checksumOf(packet.source, packet.destination, pseudo, body), 0);
        if (version === 4) assert.equal(checksumOf(bytes.subarray(0, 20)), 0);
      }
  });

  test('extension headers of IPv6 are passed over; later fragments are none of ours', () => {
    const plain = makeTcp(ends(6), head, payload);
    const hop = Buffer.from([6, 0, 1, 4, 0, 0, 0, 0]);
    const extended = Buffer.concat([plain.subarray(0, 40), hop, plain.subarray(40)]);
    extended[6] = 0;
    extended.writeUInt16BE(extended.length - 40, 4);
    assert.deepEqual(readPacket(extended)?.payload, payload);
    const later = Buffer.from(makeTcp(ends(4), head, payload));
    later.writeUInt16BE(185, 6);
    assert.equal(readPacket(later), undefined);
  });

  test('no bytes break a reader', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    const whole = [
      makeTcp(ends(4), head, payload),
      makeTcp(ends(6), head, payload),
      makeUdp(ends(4), dnsQuery('a.test')),
      clientHello('a.test'),
      dnsQuery('b.c.test'),
    ];
    const damaged = fc
      .tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 6 }), fc.nat(2000))
      .map(([base, changes, cut]) => {
        const copy = Buffer.from(base.subarray(0, Math.max(1, base.length - (cut % base.length))));
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(bytes, damaged), (input) => {
        readPacket(input);
        const query = readDnsQuery(input);
        if (query) makeDnsRefusal(input, query);
        readClientHello(input);
        new QuicHello().take(input);
        new HttpStream().take(input);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('DNS', () => {
  test('a query is read, and answered as a name that is not there', () => {
    const message = dnsQuery('Evil.Test', true);
    const query = readDnsQuery(message);
    assert.deepEqual(query?.names, ['Evil.Test']);
    const answer = makeDnsRefusal(message, query);
    assert.equal(answer.readUInt16BE(0), message.readUInt16BE(0));
    assert.equal(answer.readUInt16BE(2), 0x8183);
    assert.deepEqual(
      [4, 6, 8, 10].map((at) => answer.readUInt16BE(at)),
      [1, 0, 0, 1],
    );
    assert.equal(answer.subarray(-2).readUInt16BE(), 15);
    assert.equal(readDnsQuery(answer), undefined);
  });

  test('names with pointers, and messages that are none, are not read', () => {
    const message = dnsQuery('a.test');
    message[12] = 0xc0;
    assert.equal(readDnsQuery(message), undefined);
    assert.equal(readDnsQuery(Buffer.alloc(12)), undefined);
  });
});

describe('TLS', () => {
  test('the name is found in one piece, in many, and behind keys that are larger than a packet', () => {
    for (const padding of [0, 1600, 6000]) {
      const hello = clientHello('www.evil.test', { padding, recordBytes: 4000 });
      assert.deepEqual(readClientHello(hello), { isHidden: false, name: 'www.evil.test' });
      for (const cut of [1, 5, 60, hello.length - 1]) assert.equal(readClientHello(hello.subarray(0, cut)), 'more');
    }
    assert.deepEqual(readClientHello(clientHello(undefined)), { isHidden: false });
    assert.deepEqual(readClientHello(clientHello('cover.test', { isHidden: true })), {
      isHidden: true,
      name: 'cover.test',
    });
    assert.equal(readClientHello(Buffer.from('GET / HTTP/1.1')), 'other');
  });

  test('a hello without end is not waited for for ever', () => {
    const endless = clientHello('evil.test', { padding: 60_000, recordBytes: 16_000 });
    assert.deepEqual(readClientHello(endless.subarray(0, 40_000)), { isHidden: false });
  });
});

describe('HTTP', () => {
  const targets = (stream: HttpStream, ...pieces: (string | Buffer)[]) =>
    pieces.flatMap((piece) =>
      stream.take(Buffer.from(piece)).map(({ target, hosts }) => `${hosts.join('+')}${target}`),
    );
  const get = (path: string, host = 'a.test') => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

  test('requests are found whatever pieces they come in', () => {
    const text = `${get('/1')}POST /2 HTTP/1.1\r\nhost:b.test\r\nContent-Length: 5\r\n\r\nGET /${get('/3')}POST /4 HTTP/1.1\r\nHost: c.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n3;x=y\r\n/x \r\n0\r\nX: y\r\n\r\n${get('/5')}`;
    const wanted = ['a.test/1', 'b.test/2', 'a.test/3', 'c.test/4', 'a.test/5'];
    assert.deepEqual(targets(new HttpStream(), text), wanted);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const pieces: string[] = [];
        // The first piece holds enough to be known as the beginning of a request.
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = turn === 0 ? 6 + sizes[0]! : sizes[turn % sizes.length]!;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        assert.deepEqual(targets(new HttpStream(), ...pieces), wanted);
      }),
    );
  });

  test('absolute targets, CONNECT, two hosts, and a stream that is picked up in the middle', () => {
    assert.deepEqual(
      targets(new HttpStream(), 'GET http://evil.test/x HTTP/1.1\r\nHost: fine.test\r\nHost: evil.test\r\n\r\n'),
      ['fine.test+evil.testhttp://evil.test/x'],
    );
    const tunnel = new HttpStream();
    assert.deepEqual(targets(tunnel, 'CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n'), [
      'evil.test:443evil.test:443',
    ]);
    assert.equal(tunnel.isTunnel, true);
    assert.deepEqual(targets(new HttpStream(), 'rest of a body', get('/next')), ['a.test/next']);
    assert.deepEqual(targets(new HttpStream(), `GET /${'a'.repeat(20_000)}`, 'more'), []);
  });
});

/** The example of RFC 9001, appendix A.2: a client's Initial, protected. */
describe('QUIC', () => {
  test('the keys and the packet of RFC 9001 appendix A are opened', () => {
    const { datagram, crypto } = initialOf({
      version: 1,
      connection: Buffer.from('8394c8f03e515708', 'hex'),
      number: 2,
      crypto: rfcHello,
      at: 0,
    });
    // The head, the number and the first bytes of the ciphertext, as the appendix prints them.
    assert.equal(datagram.subarray(0, 22).toString('hex'), 'c000000001088394c8f03e5157080000449e7b9aec34');
    assert.equal(datagram.subarray(22, 38).toString('hex'), 'd1b1c98dd7689fb8ec11d242b123dc9b');
    assert.equal(datagram.subarray(-16).toString('hex'), 'e221af44860018ab0856972e194cd934');
    assert.equal(crypto, rfcHello);
    assert.deepEqual(new QuicHello().take(datagram), { isHidden: false, name: 'example.com' });
  });

  test('both versions; a hello over several packets in any order; another connection after a Retry', () => {
    for (const version of [1, 0x6b3343cf]) {
      const connection = randomBytes(8);
      const hello = clientHello('quic.evil.test', { padding: 2500 }).subarray(5);
      const cuts = [0, 700, 1500, hello.length];
      const packets = [0, 1, 2].map(
        (part) =>
          initialOf({
            version,
            connection,
            number: part,
            crypto: hello.subarray(cuts[part], cuts[part + 1]),
            at: cuts[part]!,
          }).datagram,
      );
      const state = new QuicHello();
      assert.equal(state.take(packets[2]!), 'more');
      assert.equal(state.take(packets[0]!), 'more');
      assert.deepEqual(state.take(packets[1]!), { isHidden: false, name: 'quic.evil.test' });
      const retried = new QuicHello();
      assert.equal(retried.take(packets[0]!), 'more');
      const again = initialOf({
        version,
        connection: randomBytes(18),
        number: 0,
        crypto: clientHello('again.test').subarray(5),
        at: 0,
      });
      assert.deepEqual(retried.take(again.datagram), { isHidden: false, name: 'again.test' });
    }
    assert.equal(new QuicHello().take(randomBytes(1200)), 'other');
  });
});

/** The ClientHello of the appendix, with the head of its CRYPTO frame left out. */
const rfcHello = Buffer.from(
  '010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff',
  'hex',
);
