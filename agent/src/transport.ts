import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Where the manager is, and how the two prove themselves to each other. */
export type Peer = {
  /** `host:port` */
  readonly agents: string;
  /** The only authority that is trusted (PEM). */
  readonly ca: string;
  /** The host's own certificate and key; absent while it is enrolling. */
  readonly credentials?: { readonly certificate: string; readonly key: string };
};

/** The manager answered, and said no. `code` is one of the contract's errors. */
export class ManagerRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly retrySeconds: number | undefined;
  constructor(status: number, code: string, detail: string, retrySeconds?: number) {
    super(`the manager refused (${status} ${code}): ${detail}`);
    this.name = 'ManagerRefusal';
    this.status = status;
    this.code = code;
    this.retrySeconds = retrySeconds;
  }
}

const connectMsMax = 15_000;
/** A peer whose machine went away is noticed after this time and ten probes of a second. */
const probeAfterMs = 15_000;
/** Before and after decompression; no frame may ask for a larger window than that. */
const replyBytesMax = 16 * 1024 * 1024;
const windowLogMax = { [constants.ZSTD_d_windowLogMax]: 24 };

/** HTTPS to the agents' door with connections that are kept. */
export class Transport {
  readonly #peer: Peer;
  readonly #agent: Agent;

  constructor(peer: Peer) {
    this.#peer = peer;
    this.#agent = new ManagerAgent(peer);
  }

  /**
   * One request with its reply, compressed or not, read as JSON; an empty reply is `undefined`.
   * @throws ManagerRefusal, or the error of the network
   */
  async call(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    options: { timeoutMs?: number; compressed?: boolean } = {},
  ): Promise<unknown> {
    const response = await this.open(method, path, body, { ...options, takesCompressed: true });
    const text = await readText(response, options.timeoutMs ?? 60_000);
    return text === '' ? undefined : parseJson(text);
  }

  /** Sends a request and resolves with the response once its head is there. @throws as `call` */
  async open(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    options: { timeoutMs?: number; compressed?: boolean; takesCompressed?: boolean; onSent?: () => void } = {},
  ): Promise<IncomingMessage> {
    const plain = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
    const bytes = options.compressed ? await compress(plain) : plain;
    const { host, port } = splitAddress(this.#peer.agents);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpsRequest({
        ...{ method, host, port, path, agent: this.#agent },
        headers: {
          'content-length': bytes.length,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.compressed ? { 'content-encoding': 'zstd' } : {}),
          ...(options.takesCompressed ? { 'accept-encoding': 'zstd' } : {}),
        },
      });
      request.setTimeout(options.timeoutMs ?? 60_000, () => request.destroy(timeoutError()));
      if (options.onSent) request.once('finish', options.onSent);
      request.once('response', resolve);
      request.once('error', reject);
      request.end(bytes);
    });
    if (response.statusCode !== undefined && response.statusCode < 300) return response;
    throw await refusalOf(response);
  }

  /**
   * Opens a new connection, whatever is open already, and closes it.
   * @returns where the manager was reached, by number. @throws Error when it was not in time
   */
  async reach(timeoutMs: number): Promise<{ address: string; port: number }> {
    const signal = AbortSignal.timeout(timeoutMs);
    const socket = await connectTo(this.#peer, signal).catch((error: unknown) => {
      throw signal.aborted ? timeoutError() : error;
    });
    const { remoteAddress: address, remotePort: port } = socket;
    socket.destroy();
    if (address === undefined || port === undefined) throw new Error('the connection was closed');
    return { address: address.replace(/^::ffff:(?=\d+\.)|%.*$/g, ''), port };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** An https agent whose connections are given out only after we have made sure who is at the other end. */
class ManagerAgent extends Agent {
  readonly #peer: Peer;
  readonly #closing = new AbortController();

  constructor(peer: Peer) {
    super({ keepAlive: true, maxSockets: 8, maxFreeSockets: 2, scheduling: 'lifo' });
    this.#peer = peer;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, socket: TLSSocket) => void,
  ): ReturnType<Agent['createConnection']> {
    connectTo(this.#peer, this.#closing.signal).then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  }

  override destroy(): void {
    this.#closing.abort();
    super.destroy();
  }
}

/** A TLS connection to the manager, verified. */
async function connectTo({ agents, ca, credentials }: Peer, signal: AbortSignal): Promise<TLSSocket> {
  const { host } = splitAddress(agents);
  const own = credentials ? { cert: credentials.certificate, key: credentials.key } : {};
  const socket = await openTls(agents, { ca, ...own }, signal);
  const fault = faultOfManager(socket, host, new X509Certificate(ca));
  if (!fault) return socket;
  socket.destroy();
  throw new Error(`the manager at ${agents} is not the one this host trusts: ${fault}`);
}

/**
 * The certificate of the authority with this SHA-256 fingerprint, as the manager presents it. Nothing is sent on this connection; the caller
 * trusts the certificate because its fingerprint is the one in the token.
 * @throws Error when the presented chain does not contain it
 */
export async function fetchPinnedAuthority(agents: string, fingerprint: string): Promise<string> {
  const socket = await openTls(agents, {});
  try {
    let certificate = socket.getPeerX509Certificate();
    for (let depth = 0; certificate && depth < 5; depth += 1) {
      if (certificate.fingerprint256.replaceAll(':', '').toLowerCase() === fingerprint) return certificate.toString();
      const issuer: X509Certificate | undefined = certificate.issuerCertificate;
      certificate = issuer === certificate ? undefined : issuer;
    }
  } finally {
    socket.destroy();
  }
  throw new Error(
    `the manager at ${agents} does not present the authority that the token names; nothing was sent to it`,
  );
}

function openTls(agents: string, options: ConnectionOptions, signal?: AbortSignal): Promise<TLSSocket> {
  const { host, port } = splitAddress(agents);
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({
      ...{ host, port, minVersion: 'TLSv1.2', ...options },
      ...(isIP(host) ? {} : { servername: host }),
      // Judged by `faultOfManager`, which forgives one thing: a certificate that begins in the future of this host's wrong clock.
      rejectUnauthorized: false,
    });
    const timer = setTimeout(() => socket.destroy(timeoutError()), connectMsMax);
    const abort = () => socket.destroy(new Error('the agent is stopping'));
    signal?.addEventListener('abort', abort);
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      reject(new Error('the connection was closed'));
    });
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.setKeepAlive(true, probeAfterMs);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

const serverAuthentication = '1.3.6.1.5.5.7.3.1';

/**
 * Why the peer is not our manager, or `undefined`. A host whose clock is behind must still be heard, or nobody would learn that its clock
 * is wrong; so a certificate that is "not valid yet" counts when everything else about it is right.
 */
function faultOfManager(socket: TLSSocket, host: string, ca: X509Certificate): string | undefined {
  const reason = socket.authorized ? undefined : String(socket.authorizationError);
  if (reason && !reason.includes('NOT_YET_VALID')) return reason;
  const leaf = socket.getPeerX509Certificate();
  if (!leaf) return 'it shows no certificate';
  if (!leaf.checkIssued(ca) || !leaf.verify(ca.publicKey)) return 'its certificate is not issued by our authority';
  if (leaf.keyUsage && !leaf.keyUsage.includes(serverAuthentication)) return 'its certificate is not that of a server';
  const matches = isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host);
  return matches === undefined ? `its certificate does not name ${host}` : undefined;
}

/** `host:port`, with an IPv6 address in brackets. @throws Error for anything else */
export function splitAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65_535) throw new Error(`"${address.slice(0, 300)}" is not of the form host:port`);
  return { host: (match[1] ?? match[2])!, port };
}

/** The whole body, decompressed, bounded. @throws Error when it is too large or not what it says */
export async function readText(response: IncomingMessage, timeoutMs: number): Promise<string> {
  response.setTimeout(timeoutMs, () => response.destroy(timeoutError()));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > replyBytesMax) throw new Error('the reply of the manager is too large');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (response.headers['content-encoding'] !== 'zstd') return bytes.toString('utf8');
  return (await decompress(bytes, { maxOutputLength: replyBytesMax, params: windowLogMax })).toString('utf8');
}

async function refusalOf(response: IncomingMessage): Promise<ManagerRefusal> {
  const status = response.statusCode ?? 0;
  const problem = parseJson(await readText(response, 10_000).catch(() => '')) as
    | { code?: unknown; detail?: unknown; facts?: { retrySeconds?: unknown } }
    | undefined;
  const code = typeof problem?.code === 'string' ? problem.code.slice(0, 60) : 'unknown';
  const detail = typeof problem?.detail === 'string' ? problem.detail.slice(0, 500) : 'no reason given';
  const retry = Number(problem?.facts?.retrySeconds ?? response.headers['retry-after']);
  return new ManagerRefusal(status, code, detail, Number.isFinite(retry) ? Math.min(retry, 3600) : undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const timeoutError = () => Object.assign(new Error('the manager did not answer in time'), { code: 'ETIMEDOUT' });
