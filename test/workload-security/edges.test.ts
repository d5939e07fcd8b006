import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { checkCalm, type Driver, refusalOf } from './driver.ts';
import { itemsOf, startWorkload, type Workload } from './world.ts';

/** Requests as odd as clients, proxies and attackers send them: an answer in JSON that says what is wrong, never a fault of the server's own. */
let workload: Workload;
let api: Driver;
let policyID: number;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  policyID = (await api.call('createPolicy', {}, { body: { name: 'Edges' } }))['ID'] as number;
});
after(() => workload?.system.stop());

const isAlive = async () => assert.equal((await api.call('describePolicy', { policyID }))['ID'], policyID);

test('bodies that are no JSON, or JSON of another kind, are refused in words', async () => {
  const broken: [string, string | Buffer][] = [
    ['half', '{"name": "x"'],
    ['single quotes', "{'name': 'x'}"],
    ['no JSON', 'name=x'],
    ['invalid UTF-8', Buffer.from([...Buffer.from('{"name":"'), 0xff, 0xfe, 0xc3, 0x28, ...Buffer.from('"}')])],
    ['a NUL', '{"name":"a\u0000b"}'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a number', '5'],
    ['null', 'null'],
    ['two values', '{}{}'],
    ['UTF-16', Buffer.from('{"name":"x"}', 'utf16le')],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
  ];
  for (const [what, raw] of broken) refusalOf(checkCalm(await api.ask('createPolicy', {}, { raw }), what), 400, what);
  for (const [what, raw] of [
    ['NUL escaped', '{"name":"a\\u0000b"}'],
    ['lone surrogate', '{"name":"\\ud800"}'],
    ['twice the same', '{"name":"x1","name":"x2"}'],
    ['a BOM', '\ufeff{"name":"with a BOM"}'],
  ] as const)
    checkCalm(await api.ask('createPolicy', {}, { raw }), what);
  await isAlive();
});

test('no body where one may be left out, and none where one is needed', async () => {
  for (const operation of [
    'searchPolicies',
    'searchComputers',
    'replaceApiSecretKey',
    'generateAgentDeploymentScript',
  ]) {
    const ids =
      operation === 'replaceApiSecretKey'
        ? { apiKeyID: (await api.call('createApiKey', {}, { body: { keyName: 'bare', roleID: 2 } }))['ID'] as number }
        : {};
    const answer = await api.ask(operation, ids);
    assert.ok(answer.status === 200 || operation === 'generateAgentDeploymentScript', `${operation}: ${answer.text}`);
    checkCalm(answer, operation);
  }
  for (const operation of ['createPolicy', 'createFirewallRule', 'createApiKey', 'createComputer'])
    refusalOf(await api.ask(operation), 400, `${operation} without a body`);
});

test('a body on GET and DELETE is let be, even a broken one', async () => {
  for (const raw of ['{}', '{"name":"x"}', '{', 'x'.repeat(1000)]) {
    const list = checkCalm(await api.ask('listPolicies', {}, { raw }), 'GET with a body');
    if (raw.endsWith('}')) itemsOf('listPolicies', list.body as Record<string, unknown>);
    const { ID } = await api.call('createDirectoryList', {}, { body: { name: `gone ${raw.length}` } });
    const answer = await api.ask('deleteDirectoryList', { directoryListID: ID as number }, { raw });
    assert.ok(
      [200, 204].includes(answer.status) || raw === '{' || raw.startsWith('xx'),
      `DELETE with ${raw.slice(0, 10)}: ${answer.status}`,
    );
    checkCalm(answer, 'DELETE with a body');
  }
});

test('types of content: JSON in all its spellings is read, another one is refused or read as JSON', async () => {
  const body = JSON.stringify({ searchCriteria: [{ fieldName: 'name', stringValue: 'Edges' }] });
  for (const type of [
    'application/json',
    'application/json;charset=utf-8',
    'application/json; charset=UTF-8',
    'Application/JSON',
    undefined,
  ]) {
    const answer = await api.ask('searchPolicies', {}, { raw: body, headers: { 'Content-Type': type } });
    assert.equal(answer.status, 200, `${type}: ${answer.text}`);
    assert.equal(itemsOf('searchPolicies', answer.body as Record<string, unknown>).length, 1, String(type));
  }
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/xml',
    'nonsense',
    'application/json; charset=utf-16',
    '*/*',
  ]) {
    const answer = checkCalm(
      await api.ask('searchPolicies', {}, { raw: body, headers: { 'Content-Type': type } }),
      type,
    );
    assert.ok([200, 400, 415].includes(answer.status), `${type}: ${answer.status}`);
  }
  for (const accept of ['*/*', 'application/xml', 'text/html', '', undefined])
    assert.equal(
      (await api.ask('listAdministratorRoles', {}, { headers: { Accept: accept } })).status,
      200,
      `Accept ${accept}`,
    );
});

test('methods that the API has not are refused, and HEAD and OPTIONS do no harm', async () => {
  for (const method of ['HEAD', 'OPTIONS', 'PATCH', 'PUT', 'TRACE', 'PROPFIND']) {
    const answer = checkCalm(await api.send(method, `/policies/${policyID}`), method);
    assert.ok([200, 204, 400, 401, 404, 405, 501].includes(answer.status), `${method}: ${answer.status}`);
    if (method === 'PUT' || method === 'PATCH')
      assert.ok([404, 405].includes(answer.status), `${method}: ${answer.status}`);
  }
  const strange = checkCalm(
    await api.send('OPTIONS', '/policies', {
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    }),
    'preflight',
  );
  assert.equal(strange.headers['access-control-allow-origin'], undefined);
  await isAlive();
});

test('booleans in the query are those of Python; one that is neither is refused', async () => {
  for (const overrides of ['True', 'False', 'true', 'false'])
    assert.equal((await api.ask('describePolicy', { policyID }, { query: { overrides } })).status, 200);
  refusalOf(await api.ask('describePolicy', { policyID }, { query: { overrides: 'maybe' } }), 400, 'overrides=maybe');
});

test('a body of some megabytes is taken or refused in words, a larger one refused, a deep one neither kills', async () => {
  const items = Array.from({ length: 90_000 }, (_, n) => `/opt/directory/number/${n}/`);
  checkCalm(await api.ask('createDirectoryList', {}, { body: { name: 'long', items } }), 'three megabytes');
  const huge = checkCalm(
    await api.ask('createPolicy', {}, { body: { name: 'huge', description: 'x'.repeat(10 * 1024 * 1024) } }),
    'ten megabytes',
  );
  assert.ok([400, 413].includes(huge.status), `ten megabytes: ${huge.status}`);
  const nested = (depth: number) => `{"name":"deep ${depth}","unknown":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  assert.equal((await api.ask('createPolicy', {}, { raw: nested(60) })).status, 200);
  for (const depth of [64, 65, 1000, 100_000])
    checkCalm(await api.ask('createPolicy', {}, { raw: nested(depth) }), `${depth} deep`);
  checkCalm(
    await api.ask('createPolicy', {}, { raw: `${'{"antiMalware":'.repeat(5000)}1${'}'.repeat(5000)}` }),
    'deep objects',
  );
  await isAlive();
});
