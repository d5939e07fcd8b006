import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { createGunzip } from 'node:zlib';
import { isPrivateHost } from '@sakimori/contract/web-reputation/address';
import { isInnerAddress, outerLookup } from '../connectors/index.ts';
import { FeedProblem } from './problem.ts';

const [redirectsMax, silenceMs, fetchMsMax] = [3, 20_000, 180_000];
export const feedBytesMax = 256 * 1024 * 1024;

/**
 * What stands at a feed's address. Private networks and this machine are out of bounds, also behind a redirect and behind a name, unless the operator lets them in.
 * @throws FeedProblem
 */
export async function fetchFeed(address: string, mayBeInner: boolean, bytesMax = feedBytesMax): Promise<string> {
  const signal = AbortSignal.timeout(fetchMsMax);
  let url = new URL(address);
  for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
    const response = await open(url, mayBeInner, signal);
    const { statusCode: status = 0, headers } = response;
    if (status >= 300 && status < 400 && headers.location !== undefined) {
      response.destroy();
      const next = URL.parse(headers.location, url);
      if (!next || !/^https?:$/.test(next.protocol)) throw new FeedProblem('redirect_nowhere');
      if (url.protocol === 'https:' && next.protocol === 'http:') throw new FeedProblem('redirect_plain');
      url = next;
      continue;
    }
    if (status !== 200) {
      response.destroy();
      throw new FeedProblem('status', status);
    }
    return await readBody(response, bytesMax, signal);
  }
  throw new FeedProblem('redirects', redirectsMax);
}

function open(url: URL, mayBeInner: boolean, signal: AbortSignal): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!mayBeInner && isIP(host) !== 0 && (isInnerAddress(host) || isPrivateHost(host)))
    throw new FeedProblem('private');
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      headers: { 'user-agent': 'Sakimori', accept: 'text/plain, text/csv, */*', 'accept-encoding': 'gzip, identity' },
      signal,
      timeout: silenceMs,
      agent: false,
      ...(mayBeInner ? {} : { lookup: outerLookupOf }),
    });
    request.once('response', resolve);
    request.once('timeout', () => request.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })));
    request.once('error', (error: NodeJS.ErrnoException) => reject(faultOf(error)));
    request.end();
  });
}

/** A name that stands for any private address is refused; the connection goes to what was looked at. */
const outerLookupOf: typeof outerLookup = (host, options, callback) =>
  outerLookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const found = addresses as unknown as { address: string; family: number }[];
    if (found.some(({ address }) => isPrivateHost(address)))
      return callback(Object.assign(new Error('private address'), { code: 'INNER_ADDRESS' }), '', 0);
    if (options.all) return callback(null, found);
    return callback(null, found[0]!.address, found[0]!.family);
  });

async function readBody(response: IncomingMessage, bytesMax: number, signal: AbortSignal): Promise<string> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') throw new FeedProblem('compression');
  const source = encoding === 'gzip' ? response.pipe(createGunzip()) : response;
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of source as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > bytesMax) throw new FeedProblem('too_large', Math.round(bytesMax / 1024 / 1024));
      if (signal.aborted) throw new FeedProblem('timeout');
      pieces.push(piece);
    }
  } catch (error) {
    response.destroy();
    throw error instanceof FeedProblem ? error : faultOf(error as NodeJS.ErrnoException);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function faultOf(error: NodeJS.ErrnoException): FeedProblem {
  if (error instanceof FeedProblem) return error;
  const code = typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(error.code) ? error.code : error.name;
  if (code === 'INNER_ADDRESS') return new FeedProblem('private');
  if (code === 'ETIMEDOUT' || error.name === 'AbortError' || error.name === 'TimeoutError')
    return new FeedProblem('timeout');
  return new FeedProblem('unreachable', code);
}
