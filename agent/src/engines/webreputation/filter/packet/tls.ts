/**
 * The name in a ClientHello of TLS (RFC 8446, RFC 6066), over as many records and segments as it takes: hellos with keys that withstand quantum computers are larger
 * than a packet.
 */
const [handshakeRecord, clientHello, serverNameExtension, echExtension] = [22, 1, 0, 0xfe0d];
const helloBytesMax = 24 * 1024;

export type Hello = {
  /** Bytes as latin1; absent where none is named. */
  readonly name?: string | undefined;
  /** The name that counts is encrypted; the one that is read is its cover (ECH), or there is one for show. */
  readonly isHidden: boolean;
};

/** `more`: it goes on in the next segment. */
export type HelloResult = Hello | 'more' | 'other';

/** @param stream what the client has sent, from its first byte on */
export function readClientHello(stream: Buffer): HelloResult {
  const parts: Buffer[] = [];
  let [at, got] = [0, 0];
  while (at < stream.length) {
    if (stream[at] !== handshakeRecord) return 'other';
    if (at + 1 < stream.length && stream[at + 1] !== 3) return 'other';
    if (at + 5 > stream.length) break;
    const length = stream.readUInt16BE(at + 3);
    if (length === 0 || length > 16_640) return 'other';
    const part = stream.subarray(at + 5, Math.min(stream.length, at + 5 + length));
    parts.push(part);
    got += part.length;
    at += 5 + length;
    if (got > helloBytesMax) break;
  }
  return readHelloMessage(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
}

/** @param message the handshake message from its type on, perhaps not all of it; QUIC brings it without records */
export function readHelloMessage(message: Buffer): HelloResult {
  if (message.length > 0 && message[0] !== clientHello) return 'other';
  if (message.length < 4) return 'more';
  const length = message.readUIntBE(1, 3);
  if (length < 41 || length > 256 * 1024) return 'other';
  const isWhole = message.length >= 4 + length;
  // Of a hello without end the name is looked for in what is there.
  if (!isWhole && message.length < helloBytesMax) return 'more';
  return readBody(message.subarray(4, Math.min(message.length, 4 + length)));
}

function readBody(body: Buffer): Hello | 'other' {
  const extensions = extensionsOf(body);
  if (!extensions) return 'other';
  let [name, isHidden]: [string | undefined, boolean] = [undefined, false];
  for (let at = 0; at + 4 <= extensions.length; ) {
    const [type, length] = [extensions.readUInt16BE(at), extensions.readUInt16BE(at + 2)];
    const value = extensions.subarray(at + 4, at + 4 + length);
    if (type === serverNameExtension) name ??= nameOf(value);
    if (type === echExtension) isHidden = true;
    at += 4 + length;
  }
  return { isHidden, ...(name === undefined ? {} : { name }) };
}

/** Behind version, random, session, cipher suites and compression; empty where a hello of old has none. */
function extensionsOf(body: Buffer): Buffer | undefined {
  let at = 34;
  if (at >= body.length) return undefined;
  at += 1 + body[at]!;
  if (at + 2 > body.length) return undefined;
  at += 2 + body.readUInt16BE(at);
  if (at >= body.length) return undefined;
  at += 1 + body[at]!;
  if (at + 2 > body.length) return at <= body.length ? Buffer.alloc(0) : undefined;
  return body.subarray(at + 2, at + 2 + body.readUInt16BE(at));
}

function nameOf(value: Buffer): string | undefined {
  if (value.length < 5 || value[2] !== 0) return undefined;
  const length = value.readUInt16BE(3);
  return length > 0 && length <= 255 && 5 + length <= value.length
    ? value.toString('latin1', 5, 5 + length)
    : undefined;
}
