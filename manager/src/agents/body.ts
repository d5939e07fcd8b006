import type { IncomingMessage } from 'node:http';
import { constants, zstdDecompressSync } from 'node:zlib';
import { batchBytesMax, Refusal } from '@sakimori/contract';
import type { z } from 'zod';

/** What an agent says besides batches is small; the most is a heartbeat whose six modules have much to tell. */
const smallBytesMax = 256 * 1024;

/** Of a body that is too large this much is read and dropped, so that the peer hears the answer instead of a broken connection. */
const drainedBytesMax = 4 * batchBytesMax;

/** A frame may ask for a window of 128 MiB before its first byte is decoded; a batch never needs more than its own size. */
const chunkSize = 128 * 1024;
const windowLogMax = { [constants.ZSTD_d_windowLogMax]: 23 };

/**
 * Reads a body of at most `bytesMax` bytes, before and after decompression: a bomb ends at the limit.
 * @throws Refusal too_large, unsupported_encoding, malformed
 */
export async function readJson(request: IncomingMessage, bytesMax = batchBytesMax): Promise<unknown> {
  const bytes = decode(request.headers['content-encoding'], await readBytes(request, bytesMax), bytesMax);
  try {
    return JSON.parse(makeStorable(bytes.toString('utf8')));
  } catch (error) {
    throw new Refusal('malformed', { detail: `not JSON: ${(error as Error).message.slice(0, 120)}` });
  }
}

/** Reads a body, a small one where nothing else is said, and holds it against its schema. */
export async function readAs<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
  bytesMax = smallBytesMax,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await readJson(request, bytesMax));
  if (parsed.success) return parsed.data;
  throw new Refusal('malformed', { detail: describe(parsed.error) });
}

export function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ')
    .slice(0, 500);
}

/**
 * PostgreSQL keeps neither U+0000 nor half a surrogate pair. In JSON both can only come as escapes (RFC 8259 §7); each becomes U+FFFD, in
 * keys and values alike, so that no single text can hold up what is stored with it.
 */
export function makeStorable(json: string): string {
  if (!/\\u(?:0000|d[89a-f])/i.test(json)) return json;
  return json.replace(/\\ud[89ab]..\\ud[c-f]..|(\\ud[89a-f]..|\\u0000)|\\./gis, (whole, unstorable?: string) =>
    unstorable === undefined ? whole : '\ufffd',
  );
}

/** By events: the iterator of a stream would stay with the request, and ten thousand requests are held. */
function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      else if (size > drainedBytesMax) request.destroy();
    });
    request.once('close', () => {
      if (!request.complete) reject(new Error('the peer broke off while it sent its request'));
    });
    request.once('end', () => {
      request.removeAllListeners('data');
      if (size > bytesMax) reject(new Refusal('too_large', { limitBytes: bytesMax }));
      else resolve(Buffer.concat(chunks));
    });
    request.once('error', reject);
  });
}

/** At once and not in a thread: a batch takes well under a millisecond, and each piece from a thread would wait its turn in the event loop. */
function decode(encoding: string | undefined, bytes: Buffer, bytesMax: number): Buffer {
  if (encoding === undefined || encoding === 'identity') return bytes;
  if (encoding !== 'zstd') throw new Refusal('unsupported_encoding', { expected: 'zstd' });
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: bytesMax, params: windowLogMax, chunkSize });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Refusal('too_large', { limitBytes: bytesMax });
    throw new Refusal('malformed', { detail: 'the body is not valid zstd' });
  }
}
