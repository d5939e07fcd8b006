// Where syslog comes in: UDP (RFC 5426), TCP (RFC 6587), TLS (RFC 5425). What is taken here is handed on, and nothing more is read of a sender
// until that is done: on TCP and TLS the sender waits, so that what was read is safe; on UDP what cannot wait is let go and counted.
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer, isIPv4, isIPv6, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { FairTurns } from './fair-turns.ts';
import { type Frame, FrameFault, FrameReader, recordBytesMax } from './framing.ts';
import { ReadAhead } from './read-ahead.ts';
import { udpDrops } from './udp-drops.ts';

export type SyslogTransport = 'udp' | 'tcp' | 'tls';

export type SyslogSender = {
  readonly transport: SyslogTransport;
  /** Of the connection or the datagram; what stands in the text is not believed. */
  readonly address: string;
  /** The common name of a client's certificate that our authorities vouch for. */
  readonly identity?: string;
};

/** Whoever takes records answers when they are safe. */
export type TakeFrames = (sender: SyslogSender, frames: readonly Frame[]) => Promise<void>;

export const doorFaults = ['oversized', 'crowded', 'certificate', 'handshake', 'idle', 'broken'] as const;
export type DoorFault = (typeof doorFaults)[number];

export type SyslogDoorOptions = {
  readonly take: TakeFrames;
  /** A connection that was ended, and why. */
  readonly onFault?: (sender: Pick<SyslogSender, 'transport' | 'address'>, fault: DoorFault) => void;
  /** Senders that are served at one time. */
  readonly slots?: number;
  readonly connectionsMax?: number;
  readonly connectionsOfOneMax?: number;
  /** A connection on which nothing comes for so long is ended: a manager opens another one. */
  readonly idleMs?: number;
};

export type TlsSettings = {
  readonly cert: string;
  readonly key: string;
  /** Authorities of clients. A certificate that is shown must be theirs, be valid and not be revoked. */
  readonly ca?: string | undefined;
  readonly crl?: string | undefined;
  /** Whether a client without a certificate is refused. */
  readonly isClientNeeded?: boolean;
};

/** Of one address, until its turn comes. */
const datagramBytesMax = 4 * 1024 * 1024;
const addressesMax = 4096;
const receiveBufferBytes = 8 * 1024 * 1024;

export class SyslogDoor {
  readonly #options: SyslogDoorOptions;
  readonly #turns: FairTurns;
  readonly #servers: Server[] = [];
  readonly #datagrams: UdpSocket[] = [];
  readonly #connections = new Map<Socket, string>();
  readonly #pending = new Map<string, { frames: Frame[]; bytes: number }>();
  readonly #working = new Set<Promise<void>>();
  readonly #aheadBudget = { bytes: 0 };
  #lost = 0;
  #isClosing = false;

  constructor(options: SyslogDoorOptions) {
    this.#options = options;
    this.#turns = new FairTurns(options.slots ?? 2);
  }

  /** Datagrams that this process let go because their sender had too many waiting. */
  get lost(): number {
    return this.#lost;
  }

  /** @returns the port that it got */
  openTcp(host: string, port: number): Promise<number> {
    return this.#listen(
      createServer((socket) => this.#connected(socket, 'tcp')),
      host,
      port,
    );
  }

  openTls(host: string, port: number, { isClientNeeded = false, ca, crl, ...own }: TlsSettings): Promise<number> {
    const server = createTlsServer(
      {
        ...own,
        ...(ca ? { ca, requestCert: true } : {}),
        ...(crl ? { crl } : {}),
        // Looked at below: who shows none may be let in, who shows a bad one never.
        rejectUnauthorized: false,
        minVersion: 'TLSv1.2',
        handshakeTimeout: 10_000,
      },
      (socket) => {
        const refusal = whyRefused(socket, ca !== undefined, isClientNeeded);
        if (refusal) this.#end(socket, 'tls', 'certificate');
        else this.#connected(socket, 'tls', ca === undefined ? undefined : identityOf(socket));
      },
    );
    server.on('tlsClientError', (_error, socket) => this.#end(socket, 'tls', 'handshake'));
    return this.#listen(server, host, port);
  }

  openUdp(host: string, port: number): Promise<number> {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: receiveBufferBytes });
    socket.on('message', (message, sender) => this.#datagram(message, sender));
    this.#datagrams.push(socket);
    return new Promise((opened, failed) => {
      socket.once('error', failed);
      socket.bind({ address: host, port, exclusive: true }, () => {
        socket.off('error', failed).on('error', () => undefined);
        opened(socket.address().port);
      });
    });
  }

  /** Datagrams that the kernel let go before this process saw them. */
  async kernelLost(): Promise<number | undefined> {
    const counts = await Promise.all(this.#datagrams.map((socket) => udpDrops(socket.address().port)));
    return counts.every((count) => count === undefined)
      ? undefined
      : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  }

  /**
   * Nothing more comes in; what was read is handed on before this returns. Senders are told that the connection ends, and what they sent until they
   * hear of it is still taken, for so long: a restart loses nothing of a sender that listens.
   */
  async close(drainMs = 2000): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const closed = this.#servers.map((server) => new Promise((done) => server.close(done)));
    for (const socket of this.#connections.keys()) socket.end();
    const timer = setTimeout(() => {
      for (const socket of this.#connections.keys()) socket.destroy();
    }, drainMs);
    await Promise.all([...this.#working]);
    clearTimeout(timer);
    for (const socket of this.#datagrams) socket.close();
    await Promise.all(closed);
  }

  #listen(server: Server, host: string, port: number): Promise<number> {
    this.#servers.push(server);
    return new Promise((opened, failed) => {
      server.once('error', failed);
      server.listen({ host, port }, () => {
        server.off('error', failed).on('error', () => undefined);
        opened((server.address() as { port: number }).port);
      });
    });
  }

  #connected(socket: Socket, transport: SyslogTransport, identity?: string): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const ofOne = [...this.#connections.values()].filter((each) => each === address).length;
    const { connectionsMax = 1024, connectionsOfOneMax = 64, idleMs = 24 * 3_600_000 } = this.#options;
    if (this.#isClosing || this.#connections.size >= connectionsMax || ofOne >= connectionsOfOneMax) {
      this.#end(socket, transport, 'crowded');
      return;
    }
    this.#connections.set(socket, address);
    socket.setTimeout(idleMs, () => this.#end(socket, transport, 'idle'));
    this.#follow(this.#read(socket, { transport, address, ...(identity ? { identity } : {}) }));
  }

  /**
   * Piece by piece: while one is handed on, a bounded next one gathers, then the socket is not read and the sender's own buffers fill up. Large
   * pieces make large transactions.
   */
  async #read(socket: Socket, sender: SyslogSender): Promise<void> {
    const reader = new FrameReader();
    const ahead = new ReadAhead(socket, this.#aheadBudget);
    try {
      for (let piece = await ahead.next(); piece; piece = await ahead.next())
        await this.#hand(sender, reader.push(piece));
      await this.#hand(sender, reader.end());
    } catch (error) {
      if (error instanceof FrameFault) this.#end(socket, sender.transport, 'oversized');
      else if (!this.#isClosing) this.#end(socket, sender.transport, 'broken');
    } finally {
      this.#connections.delete(socket);
      socket.destroy();
    }
  }

  async #hand(sender: SyslogSender, frames: readonly Frame[]): Promise<void> {
    if (frames.length > 0) await this.#turns.run(sender.address, () => this.#options.take(sender, frames));
  }

  /** One datagram is one record. Each address has a bounded place to wait in: who floods loses its own. */
  #datagram(message: Buffer, { address: given }: RemoteInfo): void {
    const address = plainAddress(given);
    const waiting = this.#pending.get(address);
    if ((waiting?.bytes ?? 0) + message.length > datagramBytesMax || (!waiting && this.#pending.size >= addressesMax)) {
      this.#lost += 1;
      return;
    }
    const frame: Frame = { bytes: message.subarray(0, recordBytesMax), isCut: false };
    if (waiting) {
      waiting.frames.push(frame);
      waiting.bytes += message.length;
      return;
    }
    this.#pending.set(address, { frames: [frame], bytes: message.length });
    this.#follow(this.#handDatagrams({ transport: 'udp', address }));
  }

  async #handDatagrams(sender: SyslogSender): Promise<void> {
    await this.#turns
      .run(sender.address, async () => {
        const { frames } = this.#pending.get(sender.address)!;
        this.#pending.delete(sender.address);
        await this.#options.take(sender, frames);
      })
      .catch(() => this.#options.onFault?.(sender, 'broken'));
  }

  #follow(work: Promise<void>): void {
    this.#working.add(work);
    void work.finally(() => this.#working.delete(work));
  }

  #end(socket: Socket, transport: SyslogTransport, fault: DoorFault): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    socket.on('error', () => undefined).destroy();
    this.#options.onFault?.({ transport, address }, fault);
  }
}

/** A certificate that is shown must hold, also where none is needed: a revoked client does not come in by pretending to be nobody. */
function whyRefused(socket: TLSSocket, hasAuthorities: boolean, isClientNeeded: boolean): boolean {
  if (!hasAuthorities) return false;
  const isShown = Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
  return isShown ? !socket.authorized : isClientNeeded;
}

function identityOf(socket: TLSSocket): string | undefined {
  const name: unknown = socket.getPeerCertificate()?.subject?.CN;
  return typeof name === 'string' ? name : undefined;
}

/** `::ffff:192.0.2.1` is `192.0.2.1`. */
function plainAddress(address: string): string {
  const mapped = address.startsWith('::ffff:') ? address.slice(7) : '';
  return isIPv4(mapped) ? mapped : address;
}
