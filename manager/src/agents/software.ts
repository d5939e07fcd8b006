import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '@sakimori/contract';

/** Packages of the agent, by architecture, name and build. */
export type SoftwareSource = (
  architecture: string,
  name: string,
  build: string,
) => Promise<{ readonly path: string; readonly sha256: string; readonly bytes: number } | undefined>;

const atOnceMax = 64;

/** Hands packages to hosts that exchange their agent (S59): so many at once, the others come back. */
export class SoftwareDoor {
  readonly #source: SoftwareSource | undefined;
  #count = 0;

  constructor(source: SoftwareSource | undefined) {
    this.#source = source;
  }

  async send(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URL(request.url ?? '/', 'https://agents').searchParams;
    const [architecture = '', name = '', build = ''] = ['architecture', 'name', 'build'].map(
      (key) => query.get(key) ?? '',
    );
    const found = await this.#source?.(architecture, name, build);
    if (!found) throw new Refusal('not_found', { what: 'software' });
    if (this.#count >= atOnceMax) throw new Refusal('unavailable', { retrySeconds: 10 });
    this.#count += 1;
    try {
      const headers = {
        'content-type': 'application/octet-stream',
        'content-length': found.bytes,
        etag: `"${found.sha256}"`,
      };
      response.writeHead(200, headers);
      // Whoever hangs up has not got it; there is nobody to answer.
      await pipeline(createReadStream(found.path), response).catch(() => undefined);
    } finally {
      this.#count -= 1;
    }
  }
}
