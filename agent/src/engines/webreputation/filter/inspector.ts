import { addressOfHost, canonicalAddress, type WebAddress } from '@sakimori/contract/web-reputation/address';
import { type ActiveWebPolicy, WebJudge, type WebVerdict } from '@sakimori/contract/web-reputation/judge';
import type { WebTable } from '@sakimori/contract/web-reputation/table';
import { blockPage } from './block-page.ts';
import { type Flow, Flows } from './flow.ts';
import { makeDnsRefusal, readDnsQuery } from './packet/dns.ts';
import type { HttpRequest } from './packet/http.ts';
import { addressOf, type IpPacket, readPacket, tcpFlags, tcpProtocol, udpProtocol } from './packet/ip.ts';
import { backwards, makeTcp, makeUdp } from './packet/make.ts';
import { readClientHello } from './packet/tls.ts';

/** How it was seen where somebody wanted to go: phrase keys below `web.via.`. */
export type Via = 'http' | 'tls' | 'quic' | 'dns';

/** A block. Endpoints as this host has them. */
export type Seen = {
  readonly via: Via;
  readonly address: WebAddress;
  readonly verdict: WebVerdict;
  readonly protocol: 'tcp' | 'udp';
  readonly local: { readonly address: string; readonly port: number };
  readonly peer: { readonly address: string; readonly port: number };
};

export type Decision = {
  readonly isDropped: boolean;
  /** Whole packets that are sent in place of it: to this host in the name of the other end, and the other way round. */
  readonly answers: readonly Buffer[];
  readonly seen?: Seen;
};

const accepted: Decision = { isDropped: false, answers: [] };
const dropped: Decision = { isDropped: true, answers: [] };
const [dnsPort, securePort] = [53, 443];

/** Judges outgoing packets one by one, with what it knows of the connections before. Touches neither kernel nor clock. */
export class Inspector {
  readonly #flows = new Flows();
  #judge: WebJudge;
  #policy: ActiveWebPolicy;
  /** The manager's name is never blocked: a policy must not cut its own way. */
  readonly #spared: ReadonlySet<string>;
  #judged = 0;

  constructor(policy: ActiveWebPolicy, tables: readonly WebTable[], spared: readonly string[] = []) {
    this.#policy = policy;
    this.#judge = new WebJudge(policy, tables);
    this.#spared = new Set(spared);
  }

  get judged(): number {
    return this.#judged;
  }

  get flows(): number {
    return this.#flows.size;
  }

  /** Another policy or other tables, from the next packet on. Connections that were judged by the old ones go on. */
  use(policy: ActiveWebPolicy, tables: readonly WebTable[]): void {
    this.#judge = new WebJudge(policy, tables);
    this.#policy = policy;
  }

  /** @param bytes from the header of IP on. Never throws */
  take(bytes: Buffer): Decision {
    const packet = readPacket(bytes);
    if (packet?.protocol === tcpProtocol) return this.#takeTcp(packet);
    return packet?.protocol === udpProtocol ? this.#takeUdp(packet) : accepted;
  }

  #takeUdp(packet: IpPacket): Decision {
    if (packet.destinationPort === dnsPort) return this.#takeDnsMessage(packet);
    if (packet.destinationPort !== securePort) return accepted;
    const key = keyOf(packet);
    const flow = this.#flows.get(key) ?? this.#flows.open(key, 0);
    if (flow.place === 'blocked') return dropped;
    if (flow.place === 'passed') return accepted;
    const hello = this.#flows.quicOf(flow).take(packet.payload);
    // The first packet of a connection that is older than we are, or an answer to one that was lost, may be of another kind.
    if (hello === 'more' || (hello === 'other' && flow.place === 'quic')) {
      flow.place = 'quic';
      return accepted;
    }
    this.#pass(flow);
    if (hello === 'other') return accepted;
    const blocked = this.#seek(packet, 'quic', [addressOfHost(hello.name ?? addressOf(packet.destination))]);
    if (!blocked) return accepted;
    flow.place = 'blocked';
    return { isDropped: true, answers: [], seen: blocked };
  }

  #takeDnsMessage(packet: IpPacket): Decision {
    const query = readDnsQuery(packet.payload);
    const blocked = query && this.#seek(packet, 'dns', query.names.map(addressOfHost));
    if (!blocked) return accepted;
    const answer = makeUdp(backwards(packet), makeDnsRefusal(packet.payload, query));
    return { isDropped: true, answers: [answer], seen: blocked };
  }

  #takeTcp(packet: IpPacket): Decision {
    const key = keyOf(packet);
    const { flags, payload } = packet;
    if (flags & (tcpFlags.syn | tcpFlags.rst)) {
      this.#flows.close(key);
      return accepted;
    }
    const known = this.#flows.get(key);
    if (known?.place === 'blocked') return afterBlock(packet);
    if (payload.length === 0) {
      if (flags & tcpFlags.fin) this.#flows.close(key);
      return accepted;
    }
    if (known?.place === 'passed') return accepted;
    const flow = known ?? this.#flows.open(key, packet.sequence);
    const fresh = this.#freshOf(flow, packet);
    if (fresh.length === 0) return accepted;
    const blocked = this.#follow(flow, packet, fresh);
    if (!blocked) return accepted;
    this.#pass(flow);
    flow.place = 'blocked';
    return { isDropped: true, answers: blocked.answers, seen: blocked.seen };
  }

  /** What was not sent before. Where some was not seen, nothing is known of what the stream is in. */
  #freshOf(flow: Flow, { sequence, payload }: IpPacket): Buffer {
    const ahead = (sequence - flow.expected) | 0;
    if (ahead > 0) {
      this.#flows.release(flow);
      flow.http?.lose();
      if (flow.place === 'tls' || flow.place === 'dns') flow.place = 'sniffing';
    }
    const fresh = ahead >= 0 ? payload : payload.subarray(Math.min(payload.length, -ahead));
    if (fresh.length > 0) flow.expected = (sequence + payload.length) >>> 0;
    return fresh;
  }

  #follow(flow: Flow, packet: IpPacket, bytes: Buffer): { seen: Seen; answers: Buffer[] } | undefined {
    if (flow.place === 'sniffing') flow.place = sniff(packet, bytes);
    if (flow.place === 'http') return this.#followHttp(flow, packet, bytes);
    const all = this.#flows.keep(flow, bytes);
    if (!all) return void this.#pass(flow);
    return flow.place === 'dns' ? this.#followDns(flow, packet, all) : this.#followTls(flow, packet, all);
  }

  #followHttp(flow: Flow, packet: IpPacket, bytes: Buffer): { seen: Seen; answers: Buffer[] } | undefined {
    const stream = this.#flows.httpOf(flow);
    for (const request of stream.take(bytes)) {
      const seen = this.#seek(packet, 'http', addressesOf(request, packet));
      if (!seen) continue;
      const page = blockPage(seen, request, this.#policy.blockingPageLink);
      return { seen, answers: [answerOf(packet, page), endOf(packet)] };
    }
    if (stream.isTunnel) {
      flow.http = undefined;
      flow.place = 'sniffing';
    }
    return undefined;
  }

  #followTls(flow: Flow, packet: IpPacket, stream: Buffer): { seen: Seen; answers: Buffer[] } | undefined {
    const hello = readClientHello(stream);
    if (hello === 'more') return undefined;
    this.#pass(flow);
    if (hello === 'other') return undefined;
    const seen = this.#seek(packet, 'tls', [addressOfHost(hello.name ?? addressOf(packet.destination))]);
    return seen && { seen, answers: [resetOf(packet), endOf(packet)] };
  }

  /** Two bytes of length before each message; several may follow each other. */
  #followDns(flow: Flow, packet: IpPacket, stream: Buffer): { seen: Seen; answers: Buffer[] } | undefined {
    let rest = stream;
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      const query = readDnsQuery(rest.subarray(2, end));
      const seen = query && this.#seek(packet, 'dns', query.names.map(addressOfHost));
      if (seen) return { seen, answers: [resetOf(packet), endOf(packet)] };
      rest = rest.subarray(end);
    }
    this.#flows.release(flow);
    if (rest.length > 0) this.#flows.keep(flow, rest);
    return undefined;
  }

  #pass(flow: Flow): void {
    this.#flows.release(flow);
    flow.http = undefined;
    flow.quic = undefined;
    flow.place = 'passed';
  }

  /** The first of these that is blocked. What is no address is nobody's. */
  #seek(packet: IpPacket, via: Via, addresses: readonly (WebAddress | undefined)[]): Seen | undefined {
    for (const address of addresses) {
      if (!address || this.#spared.has(address.host)) continue;
      this.#judged += 1;
      const verdict = this.#judge.judge(address);
      if (verdict.isBlocked) return seenOf(packet, via, address, verdict);
    }
    return undefined;
  }
}

function seenOf(packet: IpPacket, via: Via, address: WebAddress, verdict: WebVerdict): Seen {
  return {
    ...{ via, address, verdict, protocol: packet.protocol === tcpProtocol ? 'tcp' : 'udp' },
    local: { address: addressOf(packet.source), port: packet.sourcePort },
    peer: { address: addressOf(packet.destination), port: packet.destinationPort },
  };
}

const tlsRecord = 22;

function sniff({ destinationPort }: IpPacket, bytes: Buffer): Flow['place'] {
  if (destinationPort === dnsPort) return 'dns';
  if (bytes[0] === tlsRecord) return 'tls';
  return 'http';
}

/** All that a request says of where it goes: a server may go by any of them. */
function addressesOf({ method, target, hosts }: HttpRequest, packet: IpPacket): (WebAddress | undefined)[] {
  if (method === 'CONNECT') return [addressOfHost(target.replace(/:\d+$/, ''))];
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(target) ? [canonicalAddress(target)] : [];
  const path = whole.length > 0 ? pathIn(target) : target.startsWith('/') ? target : '/';
  const named = hosts.length > 0 || whole.length > 0 ? hosts : [siteOf(packet)];
  return [...whole, ...named.map((host) => canonicalAddress(`http://${host}${path}`))];
}

const pathIn = (target: string): string => /^[^:]+:\/\/[^/?#]*(.*)$/s.exec(target)?.[1] || '/';

function siteOf({ destination, destinationPort }: IpPacket): string {
  const host = addressOf(destination);
  return `${host.includes(':') ? `[${host}]` : host}:${destinationPort}`;
}

/** Addresses and ports of both ends. */
function keyOf({ source, destination, sourcePort, destinationPort, protocol }: IpPacket): string {
  return `${protocol} ${sourcePort} ${destinationPort} ${source.toString('latin1')}${destination.toString('latin1')}`;
}

/** The answer in the server's name, with the end of what it says. */
const answerOf = (packet: IpPacket, page: Buffer): Buffer =>
  makeTcp(
    backwards(packet),
    {
      sequence: packet.acknowledgement,
      acknowledgement: packet.sequence + packet.payload.length,
      flags: tcpFlags.ack | tcpFlags.psh | tcpFlags.fin,
    },
    page,
  );

/** Ends the connection for this host, in the server's name. */
const resetOf = (packet: IpPacket): Buffer =>
  makeTcp(backwards(packet), {
    sequence: packet.acknowledgement,
    acknowledgement: packet.sequence + packet.payload.length,
    flags: tcpFlags.rst | tcpFlags.ack,
  });

/** Ends the connection for the server, which has seen nothing of this packet. */
const endOf = (packet: IpPacket): Buffer =>
  makeTcp(packet, {
    sequence: packet.sequence,
    acknowledgement: packet.acknowledgement,
    flags: tcpFlags.rst | tcpFlags.ack,
  });

/** The end of a connection that was blocked is answered here: the server knows nothing of it any more. */
function afterBlock(packet: IpPacket): Decision {
  const { flags, payload, sequence, acknowledgement } = packet;
  if (payload.length > 0) return { isDropped: true, answers: [resetOf(packet)] };
  if (!(flags & tcpFlags.fin)) return dropped;
  const answer = { sequence: acknowledgement, acknowledgement: sequence + 1, flags: tcpFlags.ack };
  return { isDropped: true, answers: [makeTcp(backwards(packet), answer)] };
}
