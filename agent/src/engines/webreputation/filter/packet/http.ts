/**
 * Requests of HTTP/1 in one direction of a connection, whatever pieces they come in: several after each other, behind each other in one segment, with bodies
 * by length and in chunks.
 */
export type HttpRequest = {
  readonly method: string;
  /** As it stands in the first line: a path, a whole address, or of CONNECT a host with its port. */
  readonly target: string;
  /** All that there are: who names two means to confuse somebody. */
  readonly hosts: readonly string[];
  readonly language: string;
  /** It asks for a page to show, and not for data. */
  readonly takesPage: boolean;
};

const headBytesMax = 16 * 1024;
const requestLine = /^([A-Z][A-Z-]{0,19}) ([!-~\x80-\xff]{1,8192}) HTTP\/1\.[01]$/;
const startsAsRequest = /^[A-Z][A-Z-]{0,19} [!-~\x80-\xff]/;

/** `lost`: nothing is known of what comes; a request is looked for at the beginning of each segment. */
type Place =
  | { readonly at: 'head' }
  /** `next`: what stands behind it. */
  | { readonly at: 'body'; left: number; readonly next: 'head' | 'chunk' }
  | { readonly at: 'chunk'; line: string }
  | { readonly at: 'trailer'; line: string }
  | { readonly at: 'lost' };

export class HttpStream {
  #place: Place = { at: 'lost' };
  #head: Buffer = Buffer.alloc(0);
  /** After CONNECT was asked for, what follows is another protocol. */
  #isTunnel = false;

  get isTunnel(): boolean {
    return this.#isTunnel;
  }

  /** Bytes that wait for the rest of a head. */
  get waiting(): number {
    return this.#head.length;
  }

  /** Some of the stream was not seen. */
  lose(): void {
    this.#place = { at: 'lost' };
    this.#head = Buffer.alloc(0);
  }

  /** The next segment. @returns the requests whose heads are complete now */
  take(segment: Buffer): HttpRequest[] {
    const found: HttpRequest[] = [];
    let rest = segment;
    if (this.#place.at === 'lost') {
      if (!startsAsRequest.test(rest.toString('latin1', 0, 64))) return found;
      this.#place = { at: 'head' };
    }
    while (rest.length > 0 && !this.#isTunnel) {
      const before = rest.length;
      rest = this.#place.at === 'head' ? this.#takeHead(rest, found) : this.#takeBody(rest);
      if (rest.length === before) break;
    }
    return found;
  }

  #takeHead(bytes: Buffer, found: HttpRequest[]): Buffer {
    const waiting = this.#head.length;
    const all = waiting === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    const end = endOfHead(all);
    if (end === undefined && all.length <= headBytesMax) {
      this.#head = Buffer.from(all);
      return bytes.subarray(bytes.length);
    }
    this.#head = Buffer.alloc(0);
    const request = readHead(all.toString('latin1', 0, Math.min(end ?? all.length, 4 * headBytesMax)));
    if (!request) {
      this.lose();
      return bytes.subarray(bytes.length);
    }
    found.push(request);
    if (end === undefined) this.lose();
    else this.#place = request.after;
    this.#isTunnel = request.method === 'CONNECT';
    return bytes.subarray(end === undefined ? bytes.length : end - waiting);
  }

  #takeBody(bytes: Buffer): Buffer {
    const place = this.#place;
    if (place.at === 'body') {
      const taken = Math.min(place.left, bytes.length);
      place.left -= taken;
      if (place.left === 0) this.#place = place.next === 'head' ? { at: 'head' } : { at: 'chunk', line: '' };
      return bytes.subarray(taken);
    }
    if (place.at !== 'chunk' && place.at !== 'trailer') return bytes.subarray(bytes.length);
    const end = bytes.indexOf(10);
    place.line += bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
    if (place.line.length > 8192) this.lose();
    else if (end >= 0) this.#place = afterLine(place.at, place.line.trim());
    return bytes.subarray(end < 0 ? bytes.length : end + 1);
  }
}

/** A chunk's line says how many bytes follow, with a line's end behind them; zero: the trailer comes. */
function afterLine(at: 'chunk' | 'trailer', line: string): Place {
  if (at === 'trailer') return line === '' ? { at: 'head' } : { at: 'trailer', line: '' };
  // The end of the line behind the bytes of the chunk before.
  if (line === '') return { at: 'chunk', line: '' };
  const size = /^([0-9a-f]{1,12})\s*(?:;.*)?$/i.exec(line)?.[1];
  if (size === undefined) return { at: 'lost' };
  const bytes = Number.parseInt(size, 16);
  return bytes === 0 ? { at: 'trailer', line: '' } : { at: 'body', left: bytes, next: 'chunk' };
}

/** Where the empty line ends; lines may end without a carriage return. */
function endOfHead(bytes: Buffer): number | undefined {
  const [strict, loose] = [bytes.indexOf('\r\n\r\n'), bytes.indexOf('\n\n')];
  if (strict < 0 && loose < 0) return undefined;
  return loose < 0 || (strict >= 0 && strict < loose) ? strict + 4 : loose + 2;
}

function readHead(text: string): (HttpRequest & { readonly after: Place }) | undefined {
  const [first = '', ...lines] = text.replace(/^[\r\n]+/, '').split(/\r?\n/);
  const [, method, target] = requestLine.exec(first) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const headers = lines.flatMap((line) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  const all = (wanted: string) => headers.filter(([name]) => name === wanted).map(([, value]) => value);
  return {
    ...{ method, target, hosts: all('host').slice(0, 4) },
    language: all('accept-language')[0]?.slice(0, 200) ?? '',
    takesPage: /text\/html|\*\/\*/.test(all('accept')[0] ?? '*/*'),
    after: bodyOf(method, all('transfer-encoding'), all('content-length'), all('upgrade')),
  };
}

function bodyOf(
  method: string,
  encodings: readonly string[],
  lengths: readonly string[],
  upgrades: readonly string[],
): Place {
  if (upgrades.length > 0) return { at: 'lost' };
  if (encodings.some((one) => /chunked/i.test(one))) return { at: 'chunk', line: '' };
  const length = lengths[0];
  if (length === undefined) return { at: 'head' };
  if (!/^\d{1,15}$/.test(length) || lengths.some((one) => one !== length) || method === 'CONNECT')
    return { at: 'lost' };
  return Number(length) === 0 ? { at: 'head' } : { at: 'body', left: Number(length), next: 'head' };
}
