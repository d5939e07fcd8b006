import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { errors, may, type Problem, permissions, type Route } from '@sakimori/contract';
import { allRoutes, openApi } from '@sakimori/contract/openapi';
import { startManager } from '@sakimori/manager/manager';
import { createLog, readConfig } from '@sakimori/manager/platform/index';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');

/** Every route that is answered without anybody being signed in. A new one is a decision, so it is written here too. */
const openRoutes = [
  'answerConsent',
  'answerQuestion',
  'answerRecipient',
  'confirmByLink',
  'downloadByLink',
  'getSession',
  'lookAtConsent',
  'lookAtForm',
  'lookAtQuestion',
  'lookAtRecipient',
  'lookAtReportLink',
  'readCalendarFeed',
  'redeemLink',
  'saveForm',
  'sendConsentCode',
  'sendFormCode',
  'signIn',
  'submitForm',
];
/** Routes for whoever is signed in, about themselves. */
const ownRoutes = ['confirmTotp', 'removeTotp', 'setLanguage', 'setPassword', 'signOut', 'startTotp'];

const namesWhere = (holds: (route: Route) => boolean): string[] =>
  allRoutes
    .filter(([, route]) => holds(route))
    .map(([name]) => name)
    .sort();

test('every route says in a sentence what it does', () => {
  assert.ok(allRoutes.length > 40);
  assert.deepEqual(
    namesWhere(({ summary }) => !/^[A-Z].{5,200}[^.]$/.test(summary)),
    [],
    'a capital at its beginning, no full stop at its end',
  );
});

test('method and path belong to one route', () => {
  const places = allRoutes.map(([, { method, path }]) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
  assert.deepEqual(
    places.filter((place, index) => places.indexOf(place) !== index),
    [],
  );
});

test('a route’s path and its parameters name the same', () => {
  for (const [name, { path, params }] of allRoutes) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    assert.deepEqual(named.sort(), params instanceof z.ZodObject ? Object.keys(params.shape).sort() : [], name);
  }
});

test('every route needs one permission of the list or says why it is open', () => {
  for (const [name, route] of allRoutes) {
    if ('needs' in route) assert.ok(permissions.includes(route.needs), name);
    else assert.ok(('open' in route ? route.open : route.signedIn).length > 5, name);
  }
  assert.deepEqual(
    namesWhere((route) => 'open' in route),
    openRoutes,
  );
  assert.deepEqual(
    namesWhere((route) => 'signedIn' in route),
    ownRoutes,
  );
});

/** What only the customer can say: that it agrees. A new one is a decision, so it is written here too. */
const ownWord = [
  'addToTicket',
  'announceMaintenance',
  'askAtMeeting',
  'askDesk',
  'consentOnPortal',
  'decideQuote',
  'endMaintenance',
  'importHearing',
  'importMaintenance',
  'recordConsent',
  'saveHearing',
];

/** Writes nothing: what is asked for may hold a secret, which must not stand in an address and so in logs. */
const asksByBody = ['tryWebAddress'];

test('S12, in part: no route that writes for the provider is open to a customer’s role', () => {
  const writes = allRoutes.filter(
    ([name, route]) => route.method !== 'GET' && 'needs' in route && !asksByBody.includes(name),
  );
  for (const [name, route] of writes)
    for (const role of ['customer-admin', 'customer-viewer'] as const)
      assert.ok(
        'needs' in route && (!may(role, route.needs) || (role === 'customer-admin' && ownWord.includes(name))),
        `${role} may ${name}`,
      );
});

test('a GET has no body; what changes something is no GET', () => {
  assert.deepEqual(
    namesWhere(({ method, body }) => method === 'GET' && body !== undefined),
    [],
  );
});

type Schema = {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  maxLength?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
};

/** Formats whose pattern bounds their length. */
const boundedFormats = ['uuid', 'date-time'];
const boundedPattern = (pattern: string): boolean => /^\^.*\$$/.test(pattern) && !/[^\\][*+]/.test(pattern);

/** Places in a schema where a sender could send any amount. */
function findUnbounded(schema: Schema, place: string): string[] {
  const found: string[] = [];
  const isText = schema.type === 'string' && schema.enum === undefined && schema.const === undefined;
  if (
    isText &&
    schema.maxLength === undefined &&
    !boundedFormats.includes(schema.format ?? '') &&
    !boundedPattern(schema.pattern ?? '')
  )
    found.push(`${place}: text`);
  if (schema.type === 'array' && schema.maxItems === undefined) found.push(`${place}: list`);
  if (schema.items) found.push(...findUnbounded(schema.items, `${place}[]`));
  for (const [name, part] of Object.entries(schema.properties ?? {}))
    found.push(...findUnbounded(part, `${place}.${name}`));
  if (typeof schema.additionalProperties === 'object')
    found.push(...findUnbounded(schema.additionalProperties, `${place}{}`));
  for (const part of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])])
    found.push(...findUnbounded(part, place));
  return found;
}

test('what a caller sends is bounded: every text, every list', () => {
  const found = allRoutes.flatMap(([name, route]) =>
    (['params', 'query', 'body'] as const).flatMap((part) => {
      const schema = route[part];
      return schema ? findUnbounded(z.toJSONSchema(schema, { io: 'input' }) as Schema, `${name} ${part}`) : [];
    }),
  );
  assert.deepEqual(found, []);
});

test('replies are plain shapes: what is declared is what is sent', () => {
  for (const [name, { reply, replyType }] of allRoutes) {
    // What is no JSON is a text as it stands.
    if (!reply || replyType !== undefined) continue;
    const sent = z.toJSONSchema(reply, { io: 'input', unrepresentable: 'throw' });
    const declared = z.toJSONSchema(reply, { io: 'output', unrepresentable: 'throw' });
    assert.equal((declared as Schema).type, 'object', name);
    assert.ok(sent, name);
  }
});

test('what a handler can refuse with is in the list of errors', () => {
  for (const [name, route] of allRoutes)
    for (const code of route.errors ?? []) assert.ok(code in errors, `${name}: ${code}`);
});

test('rooms bind routes of the contract and nothing else', () => {
  const bound = globSync('manager/src/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('.test.ts') && !path.startsWith('manager/src/platform/'))
    .flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/\bserve\(\s*([\w.]+)/g)].map((match) => match[1]!),
    );
  const known = allRoutes.map(([name]) => `routes.${name}`);
  assert.deepEqual(bound.sort(), known.sort(), 'each route is bound once');
});

test('a running manager answers every route, and a stranger gets nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-routes-'));
  chmodSync(folder, 0o755);
  const config = readConfig({
    SAKIMORI_DATA: folder,
    SAKIMORI_PORT: '0',
    SAKIMORI_AGENTS_PORT: '0',
    SAKIMORI_SMTP_PORT: '0',
  });
  const manager = await startManager({ config, ephemeral: true, log: createLog('silent') });
  t.after(async () => {
    await manager.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [name, route] of allRoutes) {
    const address = `${manager.consoleUrl}/service${route.path.replace(/\{\w+\}/g, randomUUID())}`;
    const answer = await fetch(address, {
      method: route.method,
      ...(route.body ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {}),
    });
    if (name === 'getSession') assert.equal(answer.status, 200, name);
    else {
      const problem = (await answer.json()) as Problem;
      assert.equal(
        problem.code,
        'open' in route ? 'malformed' : 'unauthenticated',
        `${name}: ${JSON.stringify(problem)}`,
      );
    }
  }
  const page = await fetch(`${manager.consoleUrl}/openapi.json`);
  assert.deepEqual(await page.json(), JSON.parse(JSON.stringify(openApi('/service'))));
});
