import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after, before } from 'node:test';
import { createClient } from './client.ts';
import { Refusal } from './errors.ts';
import * as routes from './routes.ts';

type Asked = { method: string; url: string; headers: IncomingMessage['headers']; body: string };

/** A real server that notes what it is asked and answers as the test says. */
const asked: Asked[] = [];
let answer: (response: ServerResponse) => void = (response) => response.end();
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push({ method: request.method!, url: request.url!, headers: request.headers, body });
  answer(response);
});
let base: string;
before(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/service`;
});
after(() => server.close());

const answerJson = (status: number, value: unknown) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'r-1' }).end(JSON.stringify(value));

test('path, query and body are sent where they belong', async () => {
  const call = createClient({ base, headers: { authorization: 'Bearer k' } });
  answer = answerJson(200, { items: [] });
  await call(routes.listAlerts, { query: { state: 'unclosed', accountId: undefined, limit: 5 } });
  await call(routes.closeAlert, { params: { alertId: 'a/b c' }, body: { closing: 'handled' } });
  assert.deepEqual(
    asked.map(({ method, url }) => `${method} ${url}`),
    ['GET /service/alerts?state=unclosed&limit=5', 'POST /service/alerts/a%2Fb%20c/close'],
  );
  assert.equal(asked[0]!.headers['content-type'], undefined);
  assert.equal(asked[1]!.headers['content-type'], 'application/json');
  assert.equal(asked[1]!.headers.authorization, 'Bearer k');
  assert.deepEqual(JSON.parse(asked[1]!.body), { closing: 'handled' });
});

test('204 is an answer without a value', async () => {
  answer = (response) => response.writeHead(204).end();
  assert.equal(await createClient({ base })(routes.signOut), undefined);
});

test('a problem becomes a refusal with its code, status and facts', async () => {
  answer = answerJson(409, {
    type: 'x',
    title: 'x',
    status: 409,
    code: 'wrong_state',
    detail: 'x',
    facts: { what: 'alert', state: 'closed' },
  });
  await assert.rejects(createClient({ base })(routes.signOut), (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.code, 'wrong_state');
    assert.equal(error.status, 409);
    assert.deepEqual(error.facts, { what: 'alert', state: 'closed' });
    return true;
  });
});

test('what is no problem of ours is an internal error that carries the request id', async () => {
  for (const body of [{ code: 'toString' }, { code: 'no_such_code' }, 'text', null]) {
    answer = answerJson(500, body);
    await assert.rejects(createClient({ base })(routes.signOut), { code: 'internal', facts: { requestId: 'r-1' } });
  }
  answer = (response) => response.writeHead(502).end('<html>');
  await assert.rejects(createClient({ base })(routes.signOut), { code: 'internal', facts: { requestId: '-' } });
});
