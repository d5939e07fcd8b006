import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { Refusal } from '@sakimori/contract';
import { FairTurns } from '@sakimori/contract/intake/fair-turns';
import { documentBytesMax } from '@sakimori/contract/intake/index';
import type { Platform } from '../platform/index.ts';
import type { Bound } from './bindings.ts';
import type { Intake } from './intake.ts';
import { amazonUrl, certificateUrl, readMessage, SnsFault, type SnsMessage, verifyMessage } from './sns-signature.ts';

const certificatesMax = 50;
const certificateBytesMax = 65_536;
const fetchMs = 5000;
/** Amazon asks again where nothing is answered for so long. */
const answerMs = 15_000;

const statusOf = {
  notJson: 400,
  stale: 403,
  signature: 403,
  certificate: 403,
  certificateHost: 403,
  topic: 403,
  subscribeUrl: 403,
  raw: 401,
} as const;

export type SnsDoorOptions = {
  readonly platform: Platform;
  readonly intake: Intake;
  /** Something was refused, and why. */
  readonly onFault: (code: string) => void;
};

/** Where Amazon SNS delivers. What is answered with 200 is committed; everything else Amazon brings again. */
export class SnsDoor {
  readonly #options: SnsDoorOptions;
  readonly #turns = new FairTurns(4);
  readonly #certificates = new Map<string, string>();
  #server: Server | undefined;

  constructor(options: SnsDoorOptions) {
    this.#options = options;
  }

  /** @returns the port that it got */
  open(host: string, port: number, tls: { readonly cert: string; readonly key: string }): Promise<number> {
    const server = createServer({ ...tls, minVersion: 'TLSv1.2', maxHeaderSize: 16_384 }, (request, reply) => {
      void this.#answer(request, reply);
    });
    server.requestTimeout = answerMs;
    server.headersTimeout = answerMs;
    server.maxConnections = 512;
    this.#server = server;
    return new Promise((opened, failed) => {
      server.once('error', failed);
      server.listen({ host, port }, () => {
        server.off('error', failed).on('error', () => undefined);
        opened((server.address() as { port: number }).port);
      });
    });
  }

  /** What is being taken is answered first. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    await new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 5000).unref();
    });
  }

  async #answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const answer = (status: number, text: string) =>
      reply
        .writeHead(status, { 'content-type': 'text/plain', connection: status < 400 ? 'keep-alive' : 'close' })
        .end(`${text}\n`);
    try {
      if (request.method !== 'POST' || request.url?.split('?', 1)[0] !== '/sns') {
        answer(404, 'POST /sns');
        return;
      }
      const address = request.socket.remoteAddress ?? '';
      const body = await readBody(request);
      if (body === undefined) {
        this.#options.onFault('tooLarge');
        answer(413, `more than ${documentBytesMax} bytes`);
        return;
      }
      await this.#turns.run(address, () => this.#take(request, body));
      answer(200, 'taken');
    } catch (error) {
      if (error instanceof SnsFault) {
        this.#options.onFault(error.code);
        answer(statusOf[error.code], error.message);
        return;
      }
      const isAway = error instanceof Refusal && error.code === 'unavailable';
      if (!isAway)
        this.#options.platform.log.error(
          { err: error instanceof Error ? error.message : String(error) },
          'a message of SNS could not be taken',
        );
      if (!reply.headersSent) answer(isAway ? 503 : 500, 'come again');
    }
  }

  async #take(request: IncomingMessage, body: string): Promise<void> {
    const { intake, platform } = this.#options;
    const topics = (await intake.bindings.current()).filter(({ kind }) => kind === 'sns');
    if (request.headers['x-amz-sns-rawdelivery'] === 'true') {
      await this.#takeRaw(request, body, topics);
      return;
    }
    const message = readMessage(body);
    verifyMessage(message, await this.#certificate(certificateUrl(message)), platform.clock.now());
    // Amazon signs for every topic of every customer of its own: a subscription is confirmed, and a record taken, for ours alone.
    if (!topics.some(({ value }) => value === message.TopicArn)) {
      await this.#holdUnbound(message, body);
      throw new SnsFault('topic', message.TopicArn.slice(0, 200));
    }
    if (message.Type === 'SubscriptionConfirmation') await this.#confirm(message);
    else if (message.Type === 'Notification') await intake.takeDocument(senderOf(message.TopicArn), body);
    else platform.log.warn({ topic: message.TopicArn }, 'Amazon SNS says that a subscription has ended');
  }

  /** Without envelope there is no signature: the password of the source stands for it (`https://user:password@…`, in the subscription at Amazon). */
  async #takeRaw(request: IncomingMessage, body: string, topics: readonly Bound[]): Promise<void> {
    const arn = String(request.headers['x-amz-sns-topic-arn'] ?? '');
    const given = /^Basic ([A-Za-z0-9+/=]+)$/.exec(request.headers.authorization ?? '')?.[1];
    const password = given ? Buffer.from(given, 'base64').toString('utf8').split(':').slice(1).join(':') : '';
    const hash = createHash('sha256').update(password).digest();
    const isKnown = topics.some(
      ({ value, raw_hash: own }) => value === arn && own !== null && timingSafeEqual(hash, Buffer.from(own, 'hex')),
    );
    if (!isKnown) throw new SnsFault('raw', 'raw delivery needs the password of its source');
    await this.#options.intake.takeDocument(senderOf(arn), body);
  }

  async #holdUnbound({ TopicArn: arn }: SnsMessage, body: string): Promise<void> {
    const identity = arn.slice(0, 300).replaceAll('\0', '');
    await this.#options.intake.quarantine.hold({ transport: 'sns', address: '', identity }, 'unbound', [
      { raw: Buffer.from(body) },
    ]);
  }

  async #confirm({ SubscribeURL: given = '' }: SnsMessage): Promise<void> {
    const url = amazonUrl(given);
    if (!url) throw new SnsFault('subscribeUrl', given.slice(0, 200));
    const response = await this.#ask(url).catch((error: Error) => {
      throw new SnsFault('subscribeUrl', error.message);
    });
    if (!response.ok) throw new SnsFault('subscribeUrl', `answered ${response.status}`);
    this.#options.platform.log.info({ topic: url.searchParams.get('TopicArn') }, 'a subscription of SNS was confirmed');
  }

  async #certificate(url: URL): Promise<string> {
    const known = this.#certificates.get(url.href);
    if (known) return known;
    const pem = await this.#ask(url)
      .then(async (response) => {
        if (!response.ok) throw new Error(`answered ${response.status}`);
        const text = await response.text();
        if (text.length > certificateBytesMax) throw new Error('too large');
        return text;
      })
      .catch((error: Error) => {
        throw new SnsFault('certificate', error.message);
      });
    if (this.#certificates.size >= certificatesMax) this.#certificates.clear();
    if (pem.includes('BEGIN CERTIFICATE')) this.#certificates.set(url.href, pem);
    return pem;
  }

  /** Of Amazon, or of what stands for it (`SAKIMORI_AWS_ENDPOINT`); the address was looked at before. */
  #ask(url: URL): Promise<Response> {
    const instead = this.#options.platform.config.SAKIMORI_AWS_ENDPOINT;
    const asked = instead ? new URL(url.pathname + url.search, instead) : url;
    return fetch(asked, { redirect: 'error', signal: AbortSignal.timeout(fetchMs) });
  }
}

const senderOf = (topicArn: string) => ({ transport: 'sns', address: '', identity: topicArn }) as const;

/** @returns nothing where it is too long */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > documentBytesMax) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
