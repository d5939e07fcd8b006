import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { type ApiObject, models, operations, providerOperations } from '@sakimori/contract/workload-security/index';
import { faultsOf } from './inventory.ts';

/** Ids for the parameters of a path, by their names. */
export type Ids = Readonly<Record<string, number | string>>;
type QueryValue = string | number | boolean | readonly string[] | undefined;
export type Sending = {
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly raw?: string | Buffer;
  /** Beside or in place of what the SDK sends; undefined leaves a header out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
};
export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The JSON of the answer; undefined where there is none. */
  readonly body: unknown;
};

/** Sends to `/api` byte for byte what the vendor's Python SDK sends. */
export type Driver = {
  readonly base: string;
  readonly key: string;
  /** Any request; the path is sent as it stands. */
  send(method: string, path: string, sending?: Sending): Promise<Answer>;
  /** An operation of the inventory, whatever its answer. */
  ask(operation: string, ids?: Ids, sending?: Sending): Promise<Answer>;
  /** An operation that must succeed; its answer is held to its model as the SDK would. */
  call<Body = ApiObject>(operation: string, ids?: Ids, sending?: Sending): Promise<Body>;
  /** An operation that must be refused with a status. @returns the message */
  refused(status: number, operation: string, ids?: Ids, sending?: Sending): Promise<string>;
  as(key: string): Driver;
};

/** A server that is asked and says nothing at all is a fault to be named, not waited for. */
const answerMaxMs = 60_000;
const secureAgent = new SecureAgent({ keepAlive: true, maxSockets: 12, rejectUnauthorized: false });
const plainAgent = new PlainAgent({ keepAlive: true, maxSockets: 12 });
const byId = new Map([...operations, ...providerOperations].map((operation) => [operation.id, operation]));

/** What the SDK puts on every request, with a body or without. */
const headersOf = (key: string): Record<string, string> => ({
  'api-version': 'v1',
  'api-secret-key': key,
  Accept: 'application/json',
  'Content-Type': 'application/json',
  'User-Agent': 'Swagger-Codegen/20.0.242/python',
});

export function createDriver(base: string, key: string): Driver {
  const send = (method: string, path: string, sending: Sending = {}) =>
    transmit(method, `${base}${path}${queryText(sending.query)}`, sending, headersOf(key));
  const ask = (id: string, ids: Ids = {}, sending: Sending = {}) => {
    const { method, path } = operationOf(id);
    return send(method, pathOf(path, ids), sending);
  };
  return {
    base,
    key,
    send,
    ask,
    async call<Body>(id: string, ids: Ids = {}, sending: Sending = {}) {
      const answer = await ask(id, ids, sending);
      assert.ok(answer.status >= 200 && answer.status < 300, `${id}: ${answer.status} ${answer.text.slice(0, 600)}`);
      checkAnswer(id, answer);
      return answer.body as Body;
    },
    async refused(status, id, ids = {}, sending = {}) {
      const answer = await ask(id, ids, sending);
      return refusalOf(answer, status, `${id} ${JSON.stringify(ids)}`);
    },
    as: (other) => createDriver(base, other),
  };
}

export function operationOf(id: string) {
  const operation = byId.get(id);
  if (!operation) throw new Error(`There is no operation ${id}.`);
  return operation;
}

/** Python's `quote(str(value), safe='')` for each parameter. */
export const pathOf = (path: string, ids: Ids): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = ids[name];
    if (value === undefined) throw new Error(`${path} needs ${name}.`);
    return encodeURIComponent(String(value));
  });

/** Python's `urlencode`: `True` for true, a list repeated. */
export function queryText(query: Sending['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const),
  );
  const text = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(pythonText(value))}`);
  return text.length === 0 ? '' : `?${text.join('&')}`;
}
const pythonText = (value: unknown): string => (value === true ? 'True' : value === false ? 'False' : String(value));

/** Holds an answer to its operation's model; an operation that returns nothing may say nothing or JSON. */
export function checkAnswer(id: string, answer: Answer): void {
  checkTransport(answer, id);
  const { returns } = operationOf(id);
  if (returns === null) return;
  assert.ok(models[returns], `${id} returns the unknown model ${returns}`);
  assert.deepEqual(faultsOf(returns, answer.body), [], id);
}

/** No cookie, and JSON wherever something is said. */
function checkTransport(answer: Answer, what: string): void {
  assert.equal(answer.headers['set-cookie'], undefined, `${what} sets a cookie`);
  if (answer.text !== '') assert.match(String(answer.headers['content-type']), /^application\/json\b/, what);
  if (answer.text !== '') assert.notEqual(answer.body, undefined, `${what} is no JSON: ${answer.text.slice(0, 200)}`);
}

/** Every refusal is `{"message": "…"}`. */
export function refusalOf(answer: Answer, status: number, what: string): string {
  assert.equal(answer.status, status, `${what}: ${answer.text.slice(0, 400)}`);
  checkTransport(answer, what);
  const { message } = (answer.body ?? {}) as { message?: unknown };
  assert.equal(typeof message, 'string', `${what} has no message: ${answer.text.slice(0, 200)}`);
  assert.notEqual(message, '', what);
  return message as string;
}

/** Whatever it is, it is not the server's fault, it is JSON, and says what is wrong. */
export function checkCalm(answer: Answer, what: string): Answer {
  assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
  assert.equal(answer.headers['set-cookie'], undefined, what);
  if (answer.status >= 400 && answer.text !== '') refusalOf(answer, answer.status, what);
  return answer;
}
function transmit(method: string, url: string, sending: Sending, base: Record<string, string>): Promise<Answer> {
  const data = sending.raw ?? (sending.body === undefined ? undefined : JSON.stringify(sending.body));
  const headers: Record<string, string> = { ...base };
  for (const [name, value] of Object.entries(sending.headers ?? {})) {
    for (const known of Object.keys(headers)) if (known.toLowerCase() === name.toLowerCase()) delete headers[known];
    if (value !== undefined) headers[name] = value;
  }
  headers['Content-Length'] ??= String(data === undefined ? 0 : Buffer.byteLength(data));
  // urllib3 says nothing of a length where a GET or DELETE carries none.
  if (data === undefined && method !== 'POST' && method !== 'PUT') delete headers['Content-Length'];
  const { protocol, hostname, port } = new URL(url);
  const path = url.slice(url.indexOf('/', url.indexOf('//') + 2));
  const secure = protocol === 'https:';
  const options = { method, hostname, port, path, headers, agent: secure ? secureAgent : plainAgent };
  return new Promise((done, failed) => {
    const request = (secure ? secureRequest : plainRequest)(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => {
        // The SDK decodes every answer as UTF-8 and dies of one that is not.
        const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
        done({ status: response.statusCode!, headers: response.headers, text, body: readJson(text) });
      });
    });
    request.on('error', failed);
    request.setTimeout(answerMaxMs, () =>
      request.destroy(new Error(`${method} ${path}: no answer in ${answerMaxMs} ms`)),
    );
    request.end(data);
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
