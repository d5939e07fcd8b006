import { isIP } from 'node:net';
import type { Detection } from '@sakimori/contract';
import { type Ends, PacketWriter, type Saying } from './packets.ts';
import { plainAddress } from './plain-address.ts';

/**
 * Traffic as far as detections tell of it: who talked to whom, the request's method, address, Host and User-Agent, the name of a TLS server or a DNS
 * query, and the excerpt of what went over the wire where the rule kept one. Everything else that was said then is gone.
 */
export type RebuiltTraffic = {
  readonly capture: Buffer;
  /** Detections that became connections. */
  readonly count: number;
  /** The customer's own addresses in them. */
  readonly homeNet: readonly string[];
  /** Excerpts were used, in which secrets are masked. */
  readonly hasExcerpts: boolean;
  /** Which detection an alert of the capture belongs to. */
  find(one: string, onePort: number, other: string, otherPort: number): Detection | undefined;
};

const keyOf = (client: string, clientPort: number, server: string, serverPort: number): string =>
  `${client} ${clientPort} ${server} ${serverPort}`;

/** @param detections of intrusion prevention, the oldest first */
export function rebuildTraffic(detections: readonly Detection[]): RebuiltTraffic {
  const writer = new PacketWriter();
  const byEnds = new Map<string, Detection>();
  const home = new Set<string>();
  let hasExcerpts = false;
  for (const detection of detections) {
    const ends = endsOf(detection, byEnds);
    if (!ends) continue;
    const built = sayingsOf(detection);
    const atMs = Date.parse(detection.occurredAt);
    if (detection.facts?.['protocol'] === 'udp') writer.udp(ends, atMs, built.sayings);
    else writer.tcp(ends, atMs, built.sayings);
    hasExcerpts ||= built.isExcerpt;
    byEnds.set(keyOf(ends.client, ends.clientPort, ends.server, ends.serverPort), detection);
    const direction = detection.facts?.['direction'];
    home.add(direction === 'outgoing' ? ends.client : ends.server);
  }
  return {
    ...{ capture: writer.finish(), count: byEnds.size, homeNet: [...home].slice(0, 1000), hasExcerpts },
    find: (one, onePort, other, otherPort) =>
      byEnds.get(keyOf(plainAddress(one), onePort, plainAddress(other), otherPort)) ??
      byEnds.get(keyOf(plainAddress(other), otherPort, plainAddress(one), onePort)),
  };
}

/** Each has a port of the client of its own, so that an alert tells which it was. */
function endsOf({ source, destination, facts }: Detection, taken: ReadonlyMap<string, unknown>): Ends | undefined {
  const protocol = facts?.['protocol'];
  if (!source || !destination || (protocol !== 'tcp' && protocol !== 'udp')) return undefined;
  if (isIP(source.address) === 0 || isIP(source.address) !== isIP(destination.address)) return undefined;
  const [client, server] = [plainAddress(source.address), plainAddress(destination.address)];
  const serverPort = destination.port ?? 0;
  const first = source.port ?? 1024;
  for (let step = 0; step < 60_000; step++) {
    const clientPort = step === 0 ? first : 1024 + ((first + step) % 64_000);
    if (!taken.has(keyOf(client, clientPort, server, serverPort))) return { client, clientPort, server, serverPort };
  }
  return undefined;
}

function sayingsOf(detection: Detection): { readonly sayings: readonly Saying[]; readonly isExcerpt: boolean } {
  const { facts = {}, raw } = detection;
  const excerpt = raw === undefined || raw === '' ? undefined : Buffer.from(raw.replaceAll('\n', '\r\n'), 'latin1');
  const by = facts['packetDirection'] === 'to_client' ? ('server' as const) : ('client' as const);
  const request = requestOf(detection);
  if (request) {
    const said = by === 'client' && excerpt && /^[A-Z]{3,10} \S/.test(raw!) ? excerpt : request;
    const status = Number(facts['httpStatus']) || 200;
    const answer = Buffer.from(`HTTP/1.1 ${status} OK\r\nContent-Length: 0\r\n\r\n`, 'latin1');
    const isExcerpt = said === excerpt;
    return { sayings: [{ by: 'client', bytes: said }, ...turn('server', answer)], isExcerpt };
  }
  if (typeof facts['tlsServerName'] === 'string') return told('client', clientHello(facts['tlsServerName']));
  if (typeof facts['dnsName'] === 'string' && facts['protocol'] === 'udp')
    return told('client', dnsQuery(facts['dnsName']));
  return excerpt ? { sayings: turn(by, excerpt), isExcerpt: true } : { sayings: [], isExcerpt: false };
}

const turn = (by: Saying['by'], bytes: Buffer): Saying[] => [{ by, bytes }];
const told = (by: Saying['by'], bytes: Buffer) => ({ sayings: turn(by, bytes), isExcerpt: false });

function requestOf({ url, facts = {} }: Detection): Buffer | undefined {
  if (!url) return undefined;
  const rest = /^https?:\/\/[^/?#]*(.*)$/s.exec(url.value)?.[1] ?? '/';
  const path = (rest.startsWith('/') ? rest : `/${rest}`).replaceAll(/[\s\p{Cc}]/gu, '%20');
  const line = (name: string, value: unknown) =>
    typeof value === 'string' && value !== '' ? [`${name}: ${value.replaceAll(/[\r\n]/g, ' ')}`] : [];
  const method = /^[A-Z]+$/.test(String(facts['httpMethod'])) ? facts['httpMethod'] : 'GET';
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...line('Host', facts['httpHost'] ?? 'unknown'),
    ...line('User-Agent', facts['userAgent']),
    ...(method === 'POST' || method === 'PUT' ? ['Content-Length: 0'] : []),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
}

const sized = (bytes: number, content: Buffer): Buffer => {
  const head = Buffer.alloc(bytes);
  head.writeUIntBE(content.length, 0, bytes);
  return Buffer.concat([head, content]);
};

/** A client's first words in TLS 1.2, with the name that it asks for (RFC 5246, RFC 6066). */
function clientHello(name: string): Buffer {
  const serverName = sized(2, Buffer.concat([Buffer.from([0]), sized(2, Buffer.from(name, 'latin1'))]));
  const extension = Buffer.concat([Buffer.from([0, 0]), sized(2, serverName)]);
  const hello = Buffer.concat([
    ...[Buffer.from([3, 3]), Buffer.alloc(32, 7), sized(1, Buffer.alloc(0))],
    ...[sized(2, Buffer.from([0xc0, 0x2f])), sized(1, Buffer.from([0])), sized(2, extension)],
  ]);
  const handshake = Buffer.concat([Buffer.from([1]), sized(3, hello)]);
  return Buffer.concat([Buffer.from([22, 3, 1]), sized(2, handshake)]);
}

/** A query for an address (RFC 1035). */
function dnsQuery(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '' && label.length < 64);
  const question = labels.map((label) => sized(1, Buffer.from(label, 'latin1')));
  const head = Buffer.from([0x13, 0x37, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, ...question, Buffer.from([0, 0, 1, 0, 1])]);
}
