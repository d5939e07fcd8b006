/** Queries of DNS (RFC 1035), as far as the names that are asked for. */
export type DnsQuery = {
  /** Without a trailing dot, bytes as latin1; what no address may hold is sorted out by who judges it. */
  readonly names: readonly string[];
  /** Where the questions end. */
  readonly questionsEnd: number;
  /** It speaks EDNS, and understands an extended error (RFC 8914). */
  readonly hasOptions: boolean;
};

const headBytes = 12;
const questionsMax = 4;
const optionsType = 41;

/** @returns undefined for what is no query with a question */
export function readDnsQuery(message: Buffer): DnsQuery | undefined {
  if (message.length < headBytes) return undefined;
  const flags = message.readUInt16BE(2);
  const [isAnswer, kind] = [flags >> 15, (flags >> 11) & 15];
  const questions = message.readUInt16BE(4);
  if (isAnswer !== 0 || kind !== 0 || questions === 0 || questions > questionsMax) return undefined;
  const names: string[] = [];
  let at = headBytes;
  for (let question = 0; question < questions; question += 1) {
    const read = readName(message, at);
    if (!read || read.end + 4 > message.length) return undefined;
    names.push(read.name);
    at = read.end + 4;
  }
  return { names, questionsEnd: at, hasOptions: hasOptionsAt(message, at) };
}

/** A name in a question has no pointers: nothing stands before it that they could point to. */
function readName(message: Buffer, from: number): { name: string; end: number } | undefined {
  const labels: string[] = [];
  for (let at = from; at < message.length && at - from <= 255; ) {
    const length = message[at]!;
    if (length === 0) return { name: labels.join('.'), end: at + 1 };
    if (length > 63 || at + 1 + length > message.length) return undefined;
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return undefined;
}

/** The first additional record is the one of EDNS in every query that has it, where no others stand before it. */
function hasOptionsAt(message: Buffer, at: number): boolean {
  const others = message.readUInt16BE(6) + message.readUInt16BE(8);
  if (others !== 0 || message.readUInt16BE(10) === 0 || at + 11 > message.length) return false;
  return message[at] === 0 && message.readUInt16BE(at + 1) === optionsType;
}

/**
 * The answer "there is no such name" (NXDOMAIN) to this query, and where the asker understands it, that it was blocked (RFC 8914, error 15). Without
 * authority it is not remembered by resolvers (RFC 2308), so that it ends with the block. "Refused" would make many resolvers ask their next server, and take
 * this one for broken.
 */
export function makeDnsRefusal(message: Buffer, { questionsEnd, hasOptions }: DnsQuery): Buffer {
  const answer = Buffer.from(message.subarray(0, questionsEnd));
  const [recursionDesired, isAnswer, recursionAvailable, noSuchName] = [0x0100, 0x8000, 0x0080, 3];
  answer.writeUInt16BE(isAnswer | (answer.readUInt16BE(2) & recursionDesired) | recursionAvailable | noSuchName, 2);
  for (const count of [6, 8, 10]) answer.writeUInt16BE(0, count);
  if (!hasOptions) return answer;
  answer.writeUInt16BE(1, 10);
  const blocked = Buffer.from([0, 0, optionsType, 0x04, 0xd0, 0, 0, 0, 0, 0, 6, 0, 15, 0, 2, 0, 15]);
  return Buffer.concat([answer, blocked]);
}
