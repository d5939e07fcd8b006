import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { Permission } from './permissions.ts';

/**
 * A **route** is one value: the handler's types, the validation of what comes in, the filtering of what goes out, the OpenAPI page and
 * the typed client all come from it. A route says either which permission it needs or why it is open; one without does not compile.
 */
export type Access = { readonly needs: Permission } | { readonly open: string } | { readonly signedIn: string };

type RouteShape<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the service base, with `{name}` for each path parameter. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Left out: the route answers 204 with no body. */
  readonly reply?: Reply;
  /** Media type of a reply that is a text and no JSON; the reply is a string then. */
  readonly replyType?: string;
  /** Errors beyond those every route can give (`malformed`, `unauthenticated`, `forbidden`, `internal`). */
  readonly errors?: readonly ErrorCode[];
  /** Bytes of the body that are taken; 1 MiB where nothing is said. */
  readonly bodyBytesMax?: number;
};

export type Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> = Access & RouteShape<Params, Query, Body, Reply>;

export function route<
  A extends Access,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Reply extends z.ZodType = z.ZodUndefined,
>(
  value: A & RouteShape<Params, Query, Body, Reply>,
): Pick<A, Extract<keyof A, 'needs' | 'open' | 'signedIn'>> & RouteShape<Params, Query, Body, Reply> {
  return value;
}

type Part<T> = T extends z.ZodType ? z.output<T> : undefined;
type PartInput<T> = T extends z.ZodType ? z.input<T> : undefined;
/** What a handler is given, after validation. */
export type RouteInput<R> =
  R extends RouteShape<infer P, infer Q, infer B, infer _>
    ? { readonly params: Part<P>; readonly query: Part<Q>; readonly body: Part<B> }
    : never;
/** What a handler gives back; fields that the reply does not declare are dropped. */
export type RouteReply<R> = R extends RouteShape<infer _P, infer _Q, infer _B, infer Reply> ? PartInput<Reply> : never;

type Given<Name extends string, T> = [T] extends [undefined]
  ? unknown
  : undefined extends T
    ? { [K in Name]?: T }
    : { [K in Name]: T };
/** What a caller sends. */
export type RouteCall<R> =
  R extends RouteShape<infer P, infer Q, infer B, infer _>
    ? Given<'params', PartInput<P>> & Given<'query', PartInput<Q>> & Given<'body', PartInput<B>>
    : never;
export type RouteAnswer<R> = R extends RouteShape<infer _P, infer _Q, infer _B, infer Reply> ? Part<Reply> : never;
