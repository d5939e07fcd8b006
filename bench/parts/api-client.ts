import { Agent, request } from 'node:https';

export type ApiAnswer = { readonly text: string; readonly bytes: number; readonly ms: number };

/** A client of the Workload Security API on connections that stay, as scripts of customers hold them. Times are until the last byte is there. */
export class ApiClient {
  readonly #base: string;
  readonly #key: string;
  readonly #agent: Agent;

  /** @param ca the authority that the door's certificate is of (PEM) */
  constructor(base: string, key: string, ca: string) {
    this.#base = base;
    this.#key = key;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  }

  /** @param reads what to do with the body: long ones are only counted. @throws Error where the answer is no success */
  call(method: 'GET' | 'POST', path: string, body?: unknown, reads = true): Promise<ApiAnswer> {
    const startedAt = performance.now();
    const headers = { 'api-version': 'v1', 'api-secret-key': this.#key, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sending = request(`${this.#base}/api${path}`, { method, headers, agent: this.#agent }, (response) => {
        const isRead = reads || response.statusCode !== 200;
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (isRead) chunks.push(chunk);
        });
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve({ text, bytes, ms: performance.now() - startedAt });
          else reject(new Error(`${method} ${path} was answered with ${response.statusCode}: ${text.slice(0, 500)}`));
        });
      });
      sending.once('error', reject);
      sending.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
