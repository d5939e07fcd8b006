import { X509Certificate } from 'node:crypto';
import { lookup as resolve } from 'node:dns';
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { checkServerIdentity, type PeerCertificate, rootCertificates } from 'node:tls';
import { ConnectorFault, type FaultKind } from './fault.ts';
import { isInnerAddress } from './inner-address.ts';
import type { Limits } from './limits.ts';

export type Outgoing = {
  /** The service as people call it: it stands in the fault. */
  readonly service: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Where it shall be less than the limit of the listing. */
  readonly timeoutMs?: number;
};
export type Reply = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };

export type TransportOptions = {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  /** Certificates (PEM) that are trusted besides the public authorities: an authority's, or a server's own. */
  readonly trustedCertificates?: readonly string[];
  /** Refuse names and addresses that lead to this machine, its link or a cloud's metadata. */
  readonly refusesInnerAddresses?: boolean;
  /** Refuse further addresses, or other ones: in place of the inner ones. */
  readonly refuses?: (address: string) => boolean;
  /** Trust the given certificates alone, not the public authorities. */
  readonly isPinned?: boolean;
};

const untrustedCode = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|ALTNAME/;
const innerCode = 'INNER_ADDRESS';

/**
 * One bounded line to somebody else's HTTP: a time and a size for each reply, a time for all of them, no redirect followed, no compression
 * asked for. Errors are `ConnectorFault`. It opens connections of its own and closes them with `close`.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #plain = new PlainAgent({ keepAlive: true, maxSockets: 8 });
  readonly #tls: TlsAgent;
  readonly #total: AbortSignal;
  readonly #over: AbortSignal;
  readonly #refuses: ((address: string) => boolean) | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    const trusted = trust(options.trustedCertificates ?? [], options.isPinned ?? false);
    this.#tls = new TlsAgent({ keepAlive: true, maxSockets: 8, ...trusted });
    this.#refuses = options.refuses ?? (options.refusesInnerAddresses ? isInnerAddress : undefined);
    this.#total = AbortSignal.timeout(options.limits.totalMs);
    this.#over = options.signal ? AbortSignal.any([options.signal, this.#total]) : this.#total;
  }

  /** Ends when the caller gives up or the time of the whole listing has passed. */
  get over(): AbortSignal {
    return this.#over;
  }

  close(): void {
    this.#plain.destroy();
    this.#tls.destroy();
  }

  /** The fault of a listing that is over. */
  overFault(service: string): ConnectorFault {
    return new ConnectorFault(this.#options.signal?.aborted ? 'stopped' : 'timeout', { service });
  }

  /** Sends one request and reads its whole reply, whatever its status. @throws ConnectorFault */
  async exchange(outgoing: Outgoing): Promise<Reply> {
    const { service, url } = outgoing;
    if (this.#over.aborted) throw this.overFault(service);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (this.#refuses?.(host)) throw new ConnectorFault('unreachable', { service, code: innerCode });
    const timeout = AbortSignal.timeout(outgoing.timeoutMs ?? this.#options.limits.timeoutMs);
    try {
      const reply = await this.#send(outgoing, AbortSignal.any([this.#over, timeout]));
      if (reply.status >= 300 && reply.status < 400)
        throw new ConnectorFault('redirected', { service, status: reply.status });
      return reply;
    } catch (error) {
      if (error instanceof ConnectorFault) throw error;
      if (this.#over.aborted) throw this.overFault(service);
      if (timeout.aborted) throw new ConnectorFault('timeout', { service });
      throw faultOfSystem(error, service);
    }
  }

  #send(outgoing: Outgoing, signal: AbortSignal): Promise<Reply> {
    const { url, method, headers, body } = outgoing;
    const isTls = url.protocol === 'https:';
    const { promise, resolve: give, reject } = Promise.withResolvers<Reply>();
    const request = (isTls ? tlsRequest : plainRequest)(url, {
      method,
      headers: { ...headers, host: url.host, 'content-length': String(Buffer.byteLength(body ?? '')) },
      agent: isTls ? this.#tls : this.#plain,
      signal,
      ...(this.#refuses ? { lookup: lookupWithout(this.#refuses) } : {}),
    });
    request.on('error', reject);
    request.on('response', (incoming) => {
      readBody(incoming, outgoing.service, this.#options.limits.replyBytesMax).then(
        (text) => give({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
        (error: unknown) => {
          reject(error);
          request.destroy();
        },
      );
    });
    request.end(body);
    return promise;
  }
}

async function readBody(incoming: IncomingMessage, service: string, bytesMax: number): Promise<string> {
  const tooLarge = (): ConnectorFault => new ConnectorFault('too-large', { service, status: incoming.statusCode ?? 0 });
  const encoding = incoming.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new ConnectorFault('malformed', { service });
  if (Number(incoming.headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > bytesMax) throw tooLarge();
    pieces.push(piece);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw new ConnectorFault('malformed', { service });
  }
}

/**
 * Public authorities and the given certificates. A certificate that is given stands for itself: the chain above it need not be known, and
 * the very server that holds it needs no fitting name, for many a vCenter is called by its address.
 */
function trust(pems: readonly string[], isPinned: boolean): object {
  if (pems.length === 0) return {};
  const given = new Set(pems.map((pem) => new X509Certificate(pem).fingerprint256));
  return {
    ca: isPinned ? [...pems] : [...rootCertificates, ...pems],
    allowPartialTrustChain: true,
    checkServerIdentity: (host: string, peer: PeerCertificate) =>
      given.has(peer.fingerprint256) ? undefined : checkServerIdentity(host, peer),
  };
}

/** Resolves a name and refuses it when any of its addresses is refused; the connection goes to what was checked. */
const lookupWithout =
  (refuses: (address: string) => boolean): LookupFunction =>
  (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const refused = addresses.length === 0 || addresses.some(({ address }) => refuses(address));
      if (refused) return callback(Object.assign(new Error('refused address'), { code: innerCode }), '', 0);
      if (options.all) return callback(null, addresses);
      return callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
export const outerLookup: LookupFunction = lookupWithout(isInnerAddress);

/** Errors of sockets and TLS. Only their code is told: their text may hold parts of the request. */
function faultOfSystem(error: unknown, service: string): ConnectorFault {
  const told = (error as { code?: unknown } | undefined)?.code;
  const code = typeof told === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(told) ? told : undefined;
  let kind: FaultKind = 'unreachable';
  if (code && untrustedCode.test(code)) kind = 'untrusted';
  else if (code?.startsWith('HPE_')) kind = 'malformed';
  return new ConnectorFault(kind, code ? { service, code } : { service });
}
