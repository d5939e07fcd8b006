/** Messages of netlink as `linux/netlink.h` and `nfnetlink.h` lay them out; numbers of the machine's order unless said otherwise. Bad input ends the reading. */
export type NetlinkMessage = { readonly type: number; readonly family: number; readonly body: Buffer };

const headBytes = 16;
/** Family, version and a number in network order follow the head in every message of the network filter. */
const filterHeadBytes = 4;

export function* messagesOf(datagram: Buffer): Generator<NetlinkMessage> {
  let at = 0;
  while (at + headBytes <= datagram.length) {
    const length = datagram.readUInt32LE(at);
    if (length < headBytes || at + length > datagram.length) return;
    const message = datagram.subarray(at, at + length);
    if (length >= headBytes + filterHeadBytes)
      yield {
        type: message.readUInt16LE(4),
        family: message.readUInt8(headBytes),
        body: message.subarray(headBytes + filterHeadBytes),
      };
    at += aligned(length);
  }
}

/** Attributes by their numbers; of one that comes twice, the first. */
export function attributesOf(body: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = 0;
  while (at + 4 <= body.length) {
    const length = body.readUInt16LE(at);
    if (length < 4 || at + length > body.length) break;
    // The two high bits say how the value is laid out.
    const type = body.readUInt16LE(at + 2) & 0x3fff;
    if (!found.has(type)) found.set(type, body.subarray(at + 4, at + length));
    at += aligned(length);
  }
  return found;
}

/** A text that ends with a zero byte. */
export const textOf = (value: Buffer | undefined): string | undefined =>
  value?.toString('utf8', 0, value.indexOf(0) < 0 ? value.length : value.indexOf(0));

/** The first bytes as a number in network order; undefined where there are fewer. */
export const numberOf = (value: Buffer | undefined, bytes: number): number | undefined =>
  value && value.length >= bytes ? value.readUIntBE(0, bytes) : undefined;

/** A request of the network filter that wants no answer but an error. */
export function encodeRequest(
  type: number,
  number: number,
  attributes: readonly (readonly [number, Buffer])[],
): Buffer {
  const parts = attributes.map(([attribute, value]) => {
    const part = Buffer.alloc(aligned(4 + value.length));
    part.writeUInt16LE(4 + value.length, 0);
    part.writeUInt16LE(attribute, 2);
    value.copy(part, 4);
    return part;
  });
  const head = Buffer.alloc(headBytes + filterHeadBytes);
  const requestAndAcknowledge = 0x5;
  head.writeUInt32LE(head.length + parts.reduce((sum, part) => sum + part.length, 0), 0);
  head.writeUInt16LE(type, 4);
  head.writeUInt16LE(requestAndAcknowledge, 6);
  head.writeUInt16BE(number, headBytes + 2);
  return Buffer.concat([head, ...parts]);
}

/** An answer to a request of ours: 0 where it was done, else the error's number. */
export function errorNumberOf(datagram: Buffer): number | undefined {
  const errorType = 2;
  if (datagram.length < headBytes + 4 || datagram.readUInt16LE(4) !== errorType) return undefined;
  return -datagram.readInt32LE(headBytes);
}

const aligned = (bytes: number): number => (bytes + 3) & ~3;
