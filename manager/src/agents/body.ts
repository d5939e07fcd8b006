import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { batchBytesMax, Refusal } from '@sakimori/contract';
import type { z } from 'zod';

const decompress = promisify(zstdDecompress);

/**
 * Reads a body of at most `batchBytesMax` bytes, before and after decompression: a bomb ends at the limit.
 * @throws Refusal too_large, unsupported_encoding, malformed
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const bytes = await decode(request.headers['content-encoding'], await readBytes(request));
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Refusal('malformed', { detail: `not JSON: ${(error as Error).message.slice(0, 120)}` });
  }
}

/** Reads a body and holds it against its schema. */
export async function readAs<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await readJson(request));
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

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and dropped, so that the peer hears the answer instead of a broken connection.
    if (size <= batchBytesMax) chunks.push(chunk);
    else if (size > 4 * batchBytesMax) request.destroy();
  }
  if (size > batchBytesMax) throw new Refusal('too_large', { limitBytes: batchBytesMax });
  return Buffer.concat(chunks);
}

async function decode(encoding: string | undefined, bytes: Buffer): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return bytes;
  if (encoding !== 'zstd') throw new Refusal('unsupported_encoding', { expected: 'zstd' });
  try {
    return await decompress(bytes, { maxOutputLength: batchBytesMax });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Refusal('too_large', { limitBytes: batchBytesMax });
    throw new Refusal('malformed', { detail: 'the body is not valid zstd' });
  }
}
