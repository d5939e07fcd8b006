import type { Readable } from 'node:stream';
import { ApiFault, badRequest } from './api-fault.ts';

/** The API's largest body. */
export const bodyBytesMax = 10 * 1024 * 1024;
/** Of a body that is too large so much is read, and no more. */
const drainedBytesMax = 64 * 1024 * 1024;
const depthMax = 64;

/**
 * A body as JSON, whatever its content type says. No bytes, as clients send them with a JSON content type, are no body, and nor is `null`.
 * @throws ApiFault 400 for what is not UTF-8, not JSON, or nested deeper than 64
 */
export function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  if (text.trim() === '') return undefined;
  if (depthOf(text) > depthMax) throw badRequest(`The JSON is nested deeper than ${depthMax} levels.`);
  try {
    return (JSON.parse(text) as unknown) ?? undefined;
  } catch (error) {
    throw badRequest(`The body is not JSON: ${(error as Error).message.slice(0, 120)}`);
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('The body is not valid UTF-8.');
  }
}

/**
 * Reads a whole body. One that is too large is read on for a while and dropped, so that the peer hears the answer instead of a broken connection.
 * @throws ApiFault 413
 */
export function readBytes(stream: Readable, bytesMax = bodyBytesMax): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      else chunks.length = 0;
      if (size > drainedBytesMax) stream.destroy();
    });
    stream.once('end', () => {
      if (size > bytesMax) reject(new ApiFault(413, 'The body is larger than 10 MB.'));
      else resolve(Buffer.concat(chunks));
    });
    stream.once('error', reject);
    stream.once('close', () => reject(new ApiFault(413, 'The body is larger than 10 MB, or broke off.')));
  });
}

/** How deep brackets are nested outside of texts; looked at before anything is built from them. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isText) {
      if (code === backslash) index++;
      else if (code === quote) isText = false;
    } else if (code === quote) isText = true;
    else if (code === openBrace || code === openBracket) deepest = Math.max(deepest, ++depth);
    else if (code === closeBrace || code === closeBracket) depth--;
  }
  return deepest;
}
const [quote, backslash] = [0x22, 0x5c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
