import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { type HelloResult, readHelloMessage } from './tls.ts';

/**
 * The ClientHello in the first packets of QUIC (RFC 9000, 9001, 9369). They are encrypted with keys that follow from what everybody on the way can read, so that
 * who is on the way can read them; and so can we.
 */
const versions = new Map([
  [1, { salt: Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex'), label: 'quic', initialType: 0 }],
  [
    0x6b3343cf,
    { salt: Buffer.from('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'hex'), label: 'quicv2', initialType: 1 },
  ],
]);
type Version = { readonly salt: Buffer; readonly label: string; readonly initialType: number };
type Keys = { readonly key: Buffer; readonly iv: Buffer; readonly protection: Buffer };

const cryptoBytesMax = 24 * 1024;
const piecesMax = 64;
const packetsInDatagramMax = 8;

/** What is known of one connection until its hello is whole. */
export class QuicHello {
  #keys: Keys | undefined;
  #pieces: { readonly at: number; readonly bytes: Buffer }[] = [];
  #bytes = 0;

  /** One datagram of the client. `other`: nothing here can be read, or it is no QUIC that we know. */
  take(datagram: Buffer): HelloResult {
    let rest = datagram;
    let isSome = false;
    for (let packets = 0; packets < packetsInDatagramMax && rest.length > 0; packets += 1) {
      const packet = readInitial(rest);
      if (!packet) break;
      const frames = this.#open(packet);
      if (frames) {
        isSome = true;
        this.#takeFrames(frames);
      }
      rest = rest.subarray(packet.end);
    }
    if (!isSome) return 'other';
    return readHelloMessage(this.#whole());
  }

  /** The keys are those of the first packet, but after a server that wanted the address proved: then of what it told to call it by. */
  #open(packet: Initial): Buffer | undefined {
    const known = this.#keys && decrypt(packet, this.#keys);
    if (known) return known;
    const keys = keysOf(packet.version, packet.connection);
    const frames = decrypt(packet, keys);
    if (frames) {
      this.#keys = keys;
      this.#pieces = [];
      this.#bytes = 0;
    }
    return frames;
  }

  #takeFrames(frames: Buffer): void {
    const reader = new Reader(frames);
    while (reader.left > 0) {
      const type = reader.byte();
      if (type === 0 || type === 1) continue;
      if (type === 2 || type === 3) {
        skipAcknowledgement(reader, type === 3);
        continue;
      }
      if (type !== 6) return;
      const at = reader.number();
      const bytes = reader.take(reader.number());
      if (!bytes) return;
      if (at + bytes.length > cryptoBytesMax || this.#bytes > 2 * cryptoBytesMax || this.#pieces.length >= piecesMax)
        continue;
      this.#pieces.push({ at, bytes: Buffer.from(bytes) });
      this.#bytes += bytes.length;
    }
  }

  /** As much as hangs together from the beginning. */
  #whole(): Buffer {
    const sorted = this.#pieces.toSorted((a, b) => a.at - b.at);
    const parts: Buffer[] = [];
    let end = 0;
    for (const { at, bytes } of sorted) {
      if (at > end) break;
      if (at + bytes.length <= end) continue;
      parts.push(bytes.subarray(end - at));
      end = at + bytes.length;
    }
    return Buffer.concat(parts);
  }
}

/** Numbers of QUIC have the power of their length in their first two bits. Behind the end all is 0. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  get at(): number {
    return this.#at;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  number(): number {
    const first = this.byte();
    let value = first & 63;
    for (let more = (1 << (first >> 6)) - 1; more > 0; more -= 1) value = value * 256 + this.byte();
    return value;
  }

  take(length: number): Buffer | undefined {
    if (length > this.left) {
      this.#at = this.#bytes.length;
      return undefined;
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function skipAcknowledgement(reader: Reader, hasCounts: boolean): void {
  reader.number();
  reader.number();
  const ranges = reader.number();
  reader.number();
  for (let range = 0; range < ranges && reader.left > 0; range += 1) {
    reader.number();
    reader.number();
  }
  if (hasCounts) for (let count = 0; count < 3; count += 1) reader.number();
}

type Initial = {
  readonly version: Version;
  readonly connection: Buffer;
  readonly bytes: Buffer;
  /** Where the protected number of the packet stands, and where the packet ends. */
  readonly numberAt: number;
  readonly end: number;
};

function readInitial(bytes: Buffer): Initial | undefined {
  if (bytes.length < 7 || (bytes[0]! & 0xc0) !== 0xc0) return undefined;
  const version = versions.get(bytes.readUInt32BE(1));
  if (!version || ((bytes[0]! >> 4) & 3) !== version.initialType) return undefined;
  const reader = new Reader(bytes);
  reader.take(5);
  const connection = reader.take(reader.byte());
  const own = connection && reader.take(reader.byte());
  if (!own || connection.length > 20 || own.length > 20) return undefined;
  if (!reader.take(reader.number())) return undefined;
  const length = reader.number();
  const numberAt = reader.at;
  const end = numberAt + length;
  // Behind the number a sample of 16 bytes is taken, four bytes on.
  if (length < 20 || end > bytes.length) return undefined;
  return { version, connection, bytes, numberAt, end };
}

function keysOf({ salt, label }: Version, connection: Buffer): Keys {
  const initial = createHmac('sha256', salt).update(connection).digest();
  const secret = expand(initial, 'client in', 32);
  return {
    key: expand(secret, `${label} key`, 16),
    iv: expand(secret, `${label} iv`, 12),
    protection: expand(secret, `${label} hp`, 16),
  };
}

/** HKDF-Expand-Label of TLS 1.3, for lengths of one block. */
function expand(secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

function decrypt({ bytes, numberAt, end }: Initial, { key, iv, protection }: Keys): Buffer | undefined {
  const cipher = createCipheriv('aes-128-ecb', protection, null);
  const mask = cipher.update(bytes.subarray(numberAt + 4, numberAt + 20));
  const first = bytes[0]! ^ (mask[0]! & 15);
  const numberBytes = (first & 3) + 1;
  const head = Buffer.from(bytes.subarray(0, numberAt + numberBytes));
  head[0] = first;
  const nonce = Buffer.from(iv);
  for (let index = 0; index < numberBytes; index += 1) {
    const byte = head[numberAt + index]! ^ mask[1 + index]!;
    head[numberAt + index] = byte;
    nonce[12 - numberBytes + index]! ^= byte;
  }
  const [from, tagAt] = [numberAt + numberBytes, end - 16];
  if (tagAt <= from) return undefined;
  try {
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAAD(head);
    decipher.setAuthTag(bytes.subarray(tagAt, end));
    return Buffer.concat([decipher.update(bytes.subarray(from, tagAt)), decipher.final()]);
  } catch {
    return undefined;
  }
}
