import { createCipheriv, createHmac } from 'node:crypto';

/** Messages as programs send them, for tests. */
const sixteen = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
};

/** @param hasOptions with EDNS */
export function dnsQuery(name: string, hasOptions = false, type = 1): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  const question = Buffer.concat([...labels, Buffer.from([0]), sixteen(type, 1)]);
  const options = hasOptions ? Buffer.from([0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0]) : Buffer.alloc(0);
  return Buffer.concat([sixteen(0x1234, 0x0100, 1, 0, 0, hasOptions ? 1 : 0), question, options]);
}

/** A ClientHello in its records. @param padding bytes in front of the name, as large keys are */
export function clientHello(
  name: string | undefined,
  {
    padding = 0,
    recordBytes = 16_000,
    isHidden = false,
  }: { padding?: number; recordBytes?: number; isHidden?: boolean } = {},
): Buffer {
  const extension = (type: number, value: Buffer) => Buffer.concat([sixteen(type, value.length), value]);
  const extensions = Buffer.concat([
    ...(padding > 0 ? [extension(51, Buffer.alloc(padding, 7))] : []),
    ...(isHidden ? [extension(0xfe0d, Buffer.alloc(40, 1))] : []),
    ...(name === undefined
      ? []
      : [
          extension(
            0,
            Buffer.concat([sixteen(name.length + 3), Buffer.from([0]), sixteen(name.length), Buffer.from(name)]),
          ),
        ]),
  ]);
  const body = Buffer.concat([
    sixteen(0x0303),
    Buffer.alloc(32, 9),
    Buffer.from([0]),
    sixteen(2, 0x1301),
    Buffer.from([1, 0]),
    sixteen(extensions.length),
    extensions,
  ]);
  const message = Buffer.concat([
    Buffer.from([1, body.length >> 16, (body.length >> 8) & 255, body.length & 255]),
    body,
  ]);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += recordBytes) {
    const part = message.subarray(at, at + recordBytes);
    records.push(Buffer.from([22, 3, 1]), sixteen(part.length), part);
  }
  return Buffer.concat(records);
}

/** Protects an Initial as a client does, by the RFC's text and not by the reader's code. */
export function initialOf(parts: { version: number; connection: Buffer; number: number; crypto: Buffer; at: number }) {
  const { version, connection, number, crypto, at } = parts;
  const isTwo = version !== 1;
  const salt = isTwo ? '0dede3def700a6db819381be6e269dcbf9bd2ed9' : '38762cf7f55934b34d179ae6a4c80cadccbb7f0a';
  const hmac = (key: Buffer, data: Buffer) => createHmac('sha256', key).update(data).digest();
  const label = (secret: Buffer, text: string, length: number) =>
    hmac(
      secret,
      Buffer.concat([Buffer.from([0, length, 6 + text.length]), Buffer.from(`tls13 ${text}`), Buffer.from([0, 1])]),
    ).subarray(0, length);
  const secret = label(hmac(Buffer.from(salt, 'hex'), connection), 'client in', 32);
  const name = isTwo ? 'quicv2' : 'quic';
  const [key, iv, protection] = [
    label(secret, `${name} key`, 16),
    label(secret, `${name} iv`, 12),
    label(secret, `${name} hp`, 16),
  ];
  const frameHead = Buffer.from([6, 0x40 | (at >> 8), at & 0xff, 0x40 | (crypto.length >> 8), crypto.length & 0xff]);
  const shortHead = at === 0 ? Buffer.from([6, 0, 0x40 | (crypto.length >> 8), crypto.length & 0xff]) : frameHead;
  const size = Math.max(1162, shortHead.length + crypto.length);
  const plain = Buffer.concat([shortHead, crypto, Buffer.alloc(size - shortHead.length - crypto.length)]);
  const length = 4 + plain.length + 16;
  const numberBytes = Buffer.alloc(4);
  numberBytes.writeUInt32BE(number);
  const first = isTwo ? 0xd3 : 0xc3;
  const versionBytes = Buffer.alloc(4);
  versionBytes.writeUInt32BE(version);
  const head = Buffer.concat([
    Buffer.from([first]),
    versionBytes,
    Buffer.from([connection.length]),
    connection,
    Buffer.from([0, 0, 0x40 | (length >> 8), length & 0xff]),
    numberBytes,
  ]);
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ number) >>> 0, 8);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  cipher.setAAD(head);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  const mask = createCipheriv('aes-128-ecb', protection, null).update(sealed.subarray(0, 16));
  head[0]! ^= mask[0]! & 15;
  for (let index = 0; index < 4; index += 1) head[head.length - 4 + index]! ^= mask[1 + index]!;
  return { datagram: Buffer.concat([head, sealed]), crypto };
}
