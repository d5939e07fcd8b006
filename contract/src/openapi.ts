import { z } from 'zod';
import { errors } from './errors.ts';
import type { Route } from './route.ts';
import * as routes from './routes.ts';

/** Every route by its name. */
export const allRoutes: ReadonlyArray<readonly [string, Route]> = Object.entries(
  routes as Record<string, unknown>,
).filter(
  (entry): entry is [string, Route] => typeof entry[1] === 'object' && entry[1] !== null && 'method' in entry[1],
);

const json = (schema: z.ZodType, io: 'input' | 'output') => ({
  content: {
    'application/json': { schema: z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' }) },
  },
});

const answer = (route: Route): object =>
  route.replyType === undefined
    ? json(route.reply!, 'output')
    : { content: { [route.replyType.split(';')[0]!]: { schema: { type: 'string' } } } };

/** OpenAPI 3.1 of the service API, made from the routes. */
export function openApi(base: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of allRoutes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method.toLowerCase()] = operation(name, route);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sakimori service API', version: '0.1.0' },
    servers: [{ url: base }],
    security: [{ session: [] }, { key: [] }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'sakimori_session' },
        key: { type: 'http', scheme: 'bearer' },
      },
    },
    paths,
  };
}

function operation(name: string, route: Route): object {
  const codes = [
    'malformed',
    'internal',
    ...('open' in route ? [] : ['unauthenticated', 'forbidden']),
    ...(route.errors ?? []),
  ] as (keyof typeof errors)[];
  const refusals = Map.groupBy(codes, (code) => errors[code].status);
  return {
    operationId: name,
    summary: route.summary,
    ...('open' in route ? { security: [] } : {}),
    ...('needs' in route ? { 'x-permission': route.needs } : {}),
    parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
    ...(route.body ? { requestBody: { required: true, ...json(route.body, 'input') } } : {}),
    responses: {
      ...(route.reply ? { 200: { description: 'Done', ...answer(route) } } : { 204: { description: 'Done' } }),
      ...Object.fromEntries(
        [...refusals].map(([status, list]) => [
          status,
          { description: list.map((code) => `\`${code}\`: ${errors[code].en}`).join('\n\n') },
        ]),
      ),
    },
  };
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): object[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).map(([name, part]) => ({
    name,
    in: place,
    required: place === 'path' || !(part as z.ZodType).safeParse(undefined).success,
    schema: z.toJSONSchema(part as z.ZodType, { io: 'input', unrepresentable: 'any' }),
  }));
}
