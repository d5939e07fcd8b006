import { type ErrorCode, errors, type Facts, Refusal } from './errors.ts';
import type { Route, RouteAnswer, RouteCall } from './route.ts';

export type ClientOptions = {
  /** Base of the service API, for example `http://127.0.0.1:7300/service`. */
  readonly base: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
};

/** RFC 9457 problem details, as every door of the service answers an error. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  facts?: Facts;
  requestId?: string;
};

export type Client = <R extends Route>(route: R, call?: RouteCall<R>) => Promise<RouteAnswer<R>>;

/** A typed client: `await call(routes.listHosts, { query: { accountId } })`. A problem becomes a `Refusal`. */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch;
  return async (route, call) => {
    const given = (call ?? {}) as { params?: Record<string, string>; query?: Record<string, unknown>; body?: unknown };
    const response = await send(options.base + fillPath(route.path, given.params) + queryString(given.query), {
      method: route.method,
      headers: {
        accept: 'application/json',
        ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
      credentials: 'same-origin',
    });
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as never;
    throw await refusalOf(response);
  };
}

async function refusalOf(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  if (problem && Object.hasOwn(errors, problem.code)) return new Refusal(problem.code as ErrorCode, problem.facts);
  return new Refusal('internal', { requestId: problem?.requestId ?? response.headers.get('x-request-id') ?? '-' });
}

function fillPath(path: string, params: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

function queryString(query: Record<string, unknown> = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, String(value)]);
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : '';
}
