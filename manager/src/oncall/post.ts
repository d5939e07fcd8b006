import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isPrivateHost } from '@sakimori/contract/web-reputation/address';
import { isInnerAddress, outerLookup } from '../connectors/index.ts';

const timeoutMs = 15_000;
const answerBytesMax = 64 * 1024;

/** Why a message did not arrive: an HTTP status, or a word. Never an address, which may hold a secret. */
export class PostProblem extends Error {
  readonly word: string;
  constructor(word: string) {
    super(word);
    this.name = 'PostProblem';
    this.word = word;
  }
}

export type Post = {
  readonly url: string;
  readonly method?: 'POST' | 'GET';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether private networks and this machine may be reached (`SAKIMORI_WEBHOOKS_PRIVATE`). */
  readonly mayBeInner: boolean;
};

/**
 * Sends a message to an address that somebody typed. Private networks and this machine are out of bounds, also behind a name, unless the operator lets
 * them in; a redirect is a failure, for it could lead anywhere.
 * @throws PostProblem
 */
export async function post(given: Post): Promise<{ readonly status: number; readonly text: string }> {
  const url = URL.parse(given.url);
  if (!url || !/^https?:$/.test(url.protocol)) throw new PostProblem('bad_url');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!given.mayBeInner && isIP(host) !== 0 && (isInnerAddress(host) || isPrivateHost(host)))
    throw new PostProblem('private_address');
  try {
    const response = await open(url, given);
    const text = await readText(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw new PostProblem(`http_${status}`);
    return { status, text };
  } catch (error) {
    throw problemOf(error as NodeJS.ErrnoException);
  }
}

function open(url: URL, { method = 'POST', body, headers, mayBeInner }: Post): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      headers: {
        'user-agent': 'Sakimori',
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
      signal: AbortSignal.timeout(timeoutMs),
      agent: false,
      ...(mayBeInner ? {} : { lookup: outerLookup }),
    });
    request.once('response', resolve);
    request.once('error', reject);
    request.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > answerBytesMax) {
      response.destroy();
      break;
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function problemOf(error: NodeJS.ErrnoException): PostProblem {
  if (error instanceof PostProblem) return error;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return new PostProblem('timeout');
  const code = typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(error.code) ? error.code : 'unreachable';
  return new PostProblem(code === 'INNER_ADDRESS' ? 'private_address' : code);
}
