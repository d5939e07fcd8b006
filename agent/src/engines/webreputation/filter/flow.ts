import { HttpStream } from './packet/http.ts';
import { QuicHello } from './packet/quic.ts';

/** What is known of one connection of this host. Only what its own side sends is looked at. */
export type Flow = {
  /** `sniffing`: its first bytes will say what it speaks. `passed`: nothing more is looked at. `blocked`: nothing more gets out. */
  place: 'sniffing' | 'http' | 'tls' | 'dns' | 'quic' | 'passed' | 'blocked';
  /** Of TCP: the number that the next byte has. */
  expected: number;
  /** Beginning of a message that is not whole yet. */
  waiting: Buffer;
  http: HttpStream | undefined;
  quic: QuicHello | undefined;
};

const flowsMax = 8192;
/** Of all beginnings together; what comes beyond it passes unseen. */
const waitingBytesMax = 8 * 1024 * 1024;
const nothing = Buffer.alloc(0);

/** Flows by their ends. The ones that were opened first give way to new ones: a connection that lives long is picked up again at its next request. */
export class Flows {
  readonly #flows = new Map<string, Flow>();
  #waitingBytes = 0;

  get size(): number {
    return this.#flows.size;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get(key: string): Flow | undefined {
    return this.#flows.get(key);
  }

  open(key: string, expected: number): Flow {
    this.close(key);
    if (this.#flows.size >= flowsMax) this.close(this.#flows.keys().next().value!);
    const flow: Flow = { place: 'sniffing', expected, waiting: nothing, http: undefined, quic: undefined };
    this.#flows.set(key, flow);
    return flow;
  }

  close(key: string): void {
    const flow = this.#flows.get(key);
    if (!flow) return;
    this.release(flow);
    this.#flows.delete(key);
  }

  /** @returns all that waits and these bytes; undefined where there is no room */
  keep(flow: Flow, bytes: Buffer): Buffer | undefined {
    if (this.#waitingBytes + bytes.length > waitingBytesMax) {
      this.release(flow);
      return undefined;
    }
    this.#waitingBytes += bytes.length;
    flow.waiting = flow.waiting.length === 0 ? Buffer.from(bytes) : Buffer.concat([flow.waiting, bytes]);
    return flow.waiting;
  }

  release(flow: Flow): void {
    this.#waitingBytes -= flow.waiting.length;
    flow.waiting = nothing;
  }

  httpOf(flow: Flow): HttpStream {
    flow.http ??= new HttpStream();
    return flow.http;
  }

  quicOf(flow: Flow): QuicHello {
    flow.quic ??= new QuicHello();
    return flow.quic;
  }
}
