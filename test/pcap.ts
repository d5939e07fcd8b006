import type { Bytes, Traffic } from './traffic.ts';

/** Makes a pcap file (raw IPv4, microseconds) of described traffic, for an engine that reads files. */
const maximumSegment = 1460;
const maximumSegmentOption = Buffer.from([2, 4, maximumSegment >> 8, maximumSegment & 0xff]);
const startOfTimeMs = Date.UTC(2026, 10, 27, 1, 0, 0);
const flag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;
const lettersOfFlags = 'FSRPAU';

type Side = 'client' | 'server';
/** The two ends of one description; every description has addresses of its own, so that an alert tells which it was. */
export type Ends = { readonly client: string; readonly server: string };

/** The protected host is in 198.19.0.0/16, whoever it talks with in 198.18.0.0/16 (RFC 2544). At most 65,000 descriptions. */
export function endsOf(index: number, direction: Traffic['direction']): Ends {
  const tail = `${Math.floor(index / 250)}.${(index % 250) + 1}`;
  const [host, other] = [`198.19.${tail}`, `198.18.${tail}`];
  return direction === 'incoming' ? { client: other, server: host } : { client: host, server: other };
}

export function toBytes(part: Bytes): Buffer {
  if (typeof part === 'string') return Buffer.from(part, 'utf8');
  return 'base64' in part ? Buffer.from(part.base64, 'base64') : Buffer.from(part.hex.replace(/\s+/g, ''), 'hex');
}

/** Packets in the order of their times, one description after the other. */
export function makePcap(descriptions: readonly Traffic[]): Buffer {
  const writer = new PacketWriter();
  for (const [index, traffic] of descriptions.entries()) {
    const times = traffic.repeat?.times ?? 1;
    for (let round = 0; round < times; round += 1) {
      const startMs = writer.nowMs;
      writeOnce(writer, endsOf(index, traffic.direction), traffic, round);
      if (round + 1 < times) writer.nowMs = Math.max(writer.nowMs, startMs + (traffic.repeat?.everyMs ?? 0));
    }
    writer.nowMs += 50;
  }
  return writer.finish();
}

function writeOnce(writer: PacketWriter, ends: Ends, traffic: Traffic, round: number): void {
  const clientPort = 20_000 + (round % 40_000);
  const portStep = (traffic.repeat?.portStep ?? 0) * round;
  const spoken = (part: Bytes): Buffer =>
    typeof part === 'string' ? Buffer.from(part.replaceAll('{n}', String(round + 1)), 'utf8') : toBytes(part);
  if (traffic.http) {
    const { request, response, exchanges, port } = traffic.http;
    const all = exchanges ?? [{ request: request ?? '', response }];
    const turns = all.flatMap(({ request, response }): Turn[] => [
      { by: 'client', bytes: completeHttp(spoken(request)) },
      { by: 'server', bytes: completeHttp(spoken(response ?? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')) },
    ]);
    new TcpConnection(writer, ends, clientPort, port + portStep).talk(turns);
  } else if (traffic.tcp) {
    const connection = new TcpConnection(writer, ends, clientPort, traffic.tcp.port + portStep);
    if (traffic.tcp.server === 'open') connection.talk(turnsOf(traffic.tcp, spoken));
    else connection.knock(traffic.tcp.server);
  } else if (traffic.segments) {
    for (const { by, flags, options, data, ...rest } of traffic.segments.list) {
      const port = traffic.segments.port + portStep;
      writer.tcp(ends, by, {
        ...rest,
        ports: by === 'client' ? [clientPort, port] : [port, clientPort],
        flags: [...flags].reduce((bits, letter) => bits | (1 << lettersOfFlags.indexOf(letter)), 0),
        options: spoken(options),
        data: spoken(data),
      });
    }
  } else if (traffic.udp) {
    for (const { by, bytes } of turnsOf(traffic.udp, spoken)) {
      const port = traffic.udp.port + portStep;
      writer.udp(ends, by, by === 'client' ? [clientPort, port] : [port, clientPort], bytes);
    }
  } else if (traffic.icmp) {
    writer.icmp(ends, traffic.icmp.type, traffic.icmp.code, spoken(traffic.icmp.payload));
  }
}

type Turn = { readonly by: Side; readonly bytes: Buffer };

function turnsOf(
  dialogue: { toServer: readonly Bytes[]; toClient: readonly Bytes[]; first: Side },
  spoken: (part: Bytes) => Buffer,
): Turn[] {
  const turns: Turn[] = [];
  const order: Side[] = dialogue.first === 'client' ? ['client', 'server'] : ['server', 'client'];
  for (let turn = 0; turn < Math.max(dialogue.toServer.length, dialogue.toClient.length); turn += 1) {
    for (const by of order) {
      const part = (by === 'client' ? dialogue.toServer : dialogue.toClient)[turn];
      if (part !== undefined && part !== '') turns.push({ by, bytes: spoken(part) });
    }
  }
  return turns;
}

/** Puts the right length where a message has a body and says neither its length nor that it comes in chunks. */
function completeHttp(message: Buffer): Buffer {
  const end = message.indexOf('\r\n\r\n');
  if (end < 0) return message;
  const head = message.subarray(0, end).toString('latin1');
  const body = message.subarray(end + 4);
  if (/^(content-length|transfer-encoding):/im.test(head) || (body.length === 0 && !head.startsWith('HTTP/'))) {
    return message;
  }
  return Buffer.concat([Buffer.from(`${head}\r\nContent-Length: ${body.length}\r\n\r\n`, 'latin1'), body]);
}

class TcpConnection {
  #next: Record<Side, number> = { client: 1_000_000, server: 2_000_000 };
  readonly #writer: PacketWriter;
  readonly #ends: Ends;
  readonly #ports: Record<Side, number>;

  constructor(writer: PacketWriter, ends: Ends, clientPort: number, serverPort: number) {
    this.#writer = writer;
    this.#ends = ends;
    this.#ports = { client: clientPort, server: serverPort };
  }

  talk(turns: readonly Turn[]): void {
    this.#send('client', flag.syn);
    this.#send('server', flag.syn | flag.ack);
    this.#send('client', flag.ack);
    for (const { by, bytes } of turns) {
      const other: Side = by === 'client' ? 'server' : 'client';
      for (let at = 0; at < bytes.length; at += maximumSegment) {
        this.#send(by, flag.psh | flag.ack, bytes.subarray(at, at + maximumSegment));
        this.#send(other, flag.ack);
      }
    }
    this.#send('client', flag.fin | flag.ack);
    this.#send('server', flag.fin | flag.ack);
    this.#send('client', flag.ack);
  }

  knock(answer: 'refused' | 'silent'): void {
    this.#send('client', flag.syn);
    if (answer === 'refused') this.#send('server', flag.rst | flag.ack);
  }

  #send(by: Side, flags: number, data: Buffer = Buffer.alloc(0)): void {
    const other: Side = by === 'client' ? 'server' : 'client';
    const isFirst = flags === flag.syn;
    this.#writer.tcp(this.#ends, by, {
      ports: [this.#ports[by], this.#ports[other]],
      sequence: this.#next[by],
      acknowledged: isFirst ? 0 : this.#next[other],
      flags,
      window: 64_240,
      options: flags & flag.syn ? maximumSegmentOption : Buffer.alloc(0),
      data,
    });
    this.#next[by] += data.length + (flags & (flag.syn | flag.fin) ? 1 : 0);
  }
}

type Segment = {
  readonly ports: readonly [number, number];
  readonly sequence: number;
  readonly acknowledged: number;
  readonly flags: number;
  readonly window: number;
  readonly options: Buffer;
  readonly data: Buffer;
};

class PacketWriter {
  nowMs = 0;
  #parts: Buffer[] = [];
  #identification = 0;

  constructor() {
    const head = Buffer.alloc(24);
    head.writeUInt32LE(0xa1b2c3d4, 0);
    head.writeUInt16LE(2, 4);
    head.writeUInt16LE(4, 6);
    head.writeUInt32LE(65_535, 16);
    head.writeUInt32LE(101, 20); // LINKTYPE_RAW
    this.#parts.push(head);
  }

  tcp(ends: Ends, by: Side, { ports, sequence, acknowledged, flags, window, options, data }: Segment): void {
    const head = Buffer.alloc(20);
    head.writeUInt16BE(ports[0], 0);
    head.writeUInt16BE(ports[1], 2);
    head.writeUInt32BE(sequence, 4);
    head.writeUInt32BE(acknowledged, 8);
    head.writeUInt8(((20 + options.length) / 4) << 4, 12);
    head.writeUInt8(flags, 13);
    head.writeUInt16BE(window, 14);
    this.#packet(ends, by, 6, Buffer.concat([head, options, data]), 16);
  }

  udp(ends: Ends, by: Side, ports: readonly [number, number], data: Buffer): void {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(ports[0], 0);
    head.writeUInt16BE(ports[1], 2);
    head.writeUInt16BE(8 + data.length, 4);
    this.#packet(ends, by, 17, Buffer.concat([head, data]), 6);
  }

  icmp(ends: Ends, type: number, code: number, data: Buffer): void {
    const message = Buffer.concat([Buffer.from([type, code, 0, 0, 0, 1, 0, 1]), data]);
    message.writeUInt16BE(checksum(message), 2);
    this.#packet(ends, 'client', 1, message);
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #packet(ends: Ends, by: Side, protocol: number, payload: Buffer, checksumAt?: number): void {
    const source = addressBytes(by === 'client' ? ends.client : ends.server);
    const target = addressBytes(by === 'client' ? ends.server : ends.client);
    if (checksumAt !== undefined) {
      const length = Buffer.from([0, protocol, payload.length >> 8, payload.length & 0xff]);
      payload.writeUInt16BE(checksum(Buffer.concat([source, target, length, payload])) || 0xffff, checksumAt);
    }
    const head = Buffer.alloc(20);
    head.writeUInt8(0x45, 0);
    head.writeUInt16BE(20 + payload.length, 2);
    this.#identification = (this.#identification + 1) & 0xffff;
    head.writeUInt16BE(this.#identification, 4);
    head.writeUInt16BE(0x4000, 6); // don't fragment
    head.writeUInt8(64, 8);
    head.writeUInt8(protocol, 9);
    source.copy(head, 12);
    target.copy(head, 16);
    head.writeUInt16BE(checksum(head), 10);
    const length = head.length + payload.length;
    const record = Buffer.alloc(16);
    const atMs = startOfTimeMs + this.nowMs;
    record.writeUInt32LE(Math.floor(atMs / 1000), 0);
    record.writeUInt32LE((atMs % 1000) * 1000, 4);
    record.writeUInt32LE(length, 8);
    record.writeUInt32LE(length, 12);
    this.#parts.push(record, head, payload);
    this.nowMs += 1;
  }
}

const addressBytes = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

/** The internet checksum (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
