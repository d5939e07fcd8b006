import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type ApiObject, type Operation, operations } from '@sakimori/contract/workload-security/index';
import { type Answer, checkAnswer, type Driver, type Ids, operationOf, pathOf, refusalOf } from './driver.ts';
import { bodyOf } from './fixtures.ts';
import {
  each,
  harmlessBody,
  idIn,
  idsFor,
  itemsOf,
  makeable,
  makeOne,
  makeWorld,
  outOfScope,
  startWorkload,
  type Workload,
} from './world.ts';

/** Every operation of the inventory is asked as the vendor's SDK asks it, and every answer is held to its model. */
let workload: Workload;
let api: Driver;
let ids: Ids;
const asked = new Set<string>();

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  ids = await makeWorld(api);
  for (const { id } of makeable) asked.add(id);
  asked.add('createGcpConnectorAction').add('createVCenterConnectorAction');
});
after(() => workload?.system.stop());

const isSearch = ({ path }: Operation) => path.endsWith('/search');
const isOwnKey = ({ path }: Operation) => path.startsWith('/apikeys/current');

/** Asks an operation about objects that are there; one that names an object which this account cannot have must say so. */
async function askWell(operation: Operation, body = harmlessBody(operation, ids)): Promise<Answer> {
  asked.add(operation.id);
  const own = idsFor(operation, ids);
  const missing = pathOf(operation.path, own).split('/').includes('0');
  const answer = await api.ask(operation.id, own, { body });
  if (missing) {
    const message = refusalOf(answer, 404, operation.id);
    const nowhere = await api.send(operation.method, `${pathOf(operation.path, own)}/no/such/address`);
    assert.notEqual(message, refusalOf(nowhere, 404, 'a path that is none'), `${operation.id} is no route`);
  } else {
    assert.ok(
      answer.status === 200 || answer.status === 204,
      `${operation.id}: ${answer.status} ${answer.text.slice(0, 400)}`,
    );
    checkAnswer(operation.id, answer);
  }
  return answer;
}

test('every reading operation answers by its model', async () => {
  const reads = operations.filter((operation) => operation.method === 'GET' && operation.id !== 'targetCertificate');
  await each(reads, async (operation) => {
    const answer = await askWell(operation);
    if (operation.id.startsWith('list') && answer.status === 200 && !/Settings$/.test(operation.id))
      if (!operation.id.endsWith('OnPolicy') || operation.returns?.endsWith('s')) checkListing(operation, answer);
  });
});

function checkListing(operation: Operation, answer: Answer): void {
  // Assignments are read with a "list" operation, too, but are one object.
  if (operation.returns!.endsWith('Assignments')) assert.ok('assignedRuleIDs' in (answer.body as object), operation.id);
  else itemsOf(operation.id, answer.body as ApiObject);
}

test('every search answers by its model: without a body, with an empty filter, and a page of one', async () => {
  await each(operations.filter(isSearch), async (operation) => {
    const first = await askWell(operation, undefined);
    if (first.status === 404) return;
    const countOf = ({ body }: Answer) => itemsOf(operation.id, body as ApiObject).length;
    const filtered = countOf(await askWell(operation, {}));
    // What a synchronization made meanwhile is in the later answers.
    const [before, after] = [countOf(first), countOf(await askWell(operation, undefined))].sort((x, y) => x - y);
    assert.ok(before! <= filtered && filtered <= after!, `${operation.id}: ${before}, ${filtered}, ${after}`);
    const page = await askWell(operation, { maxItems: 1, sortByObjectID: true });
    assert.equal(countOf(page), Math.min(1, after!), operation.id);
  });
});

test('every operation that changes something takes an empty change and answers by its model', async () => {
  const isChange = (operation: Operation) =>
    (operation.method === 'POST' || operation.method === 'PUT') &&
    !isSearch(operation) &&
    !isOwnKey(operation) &&
    !makeable.includes(operation) &&
    !outOfScope.includes(operation.id) &&
    !/^create\w+Action$/.test(operation.id);
  await each(operations.filter(isChange), async (operation) => void (await askWell(operation)));
});

test('S13, in part: whoever would make something of Application Control is told that it is out of scope', async () => {
  for (const id of outOfScope) {
    asked.add(id);
    const query = id === 'createRuleset' ? { softwareinventoryid: 1 } : {};
    const answer = await api.ask(id, ids, { query, body: bodyOf[id]!('out of scope', ids) });
    assert.match(refusalOf(answer, 400, id), /out of scope/i);
  }
});

test('the key that asks: read, changed, and given a new secret at once', async () => {
  const { ID, secretKey } = await makeOne(api, 'createApiKey', 'own', ids);
  const own = api.as(secretKey as string);
  for (const operation of operations.filter(isOwnKey)) asked.add(operation.id);
  assert.equal((await own.call('describeCurrentApiKey'))['ID'], ID);
  assert.equal((await own.call('modifyCurrentApiKey', {}, { body: { description: 'mine' } }))['description'], 'mine');
  const fresh = await own.call('replaceCurrentApiSecretKey');
  assert.equal(typeof fresh['secretKey'], 'string');
  assert.notEqual(fresh['secretKey'], secretKey);
  assert.equal((await api.as(fresh['secretKey'] as string).call('describeCurrentApiKey'))['secretKey'], undefined);
  assert.match(await own.refused(401, 'listPolicies'), /Invalid API Key/);
});

test("a target's certificate is read, or refused in words", async () => {
  asked.add('targetCertificate');
  const answer = await api.ask('targetCertificate', {}, { query: { URL: new URL(api.base).origin } });
  if (answer.status === 200) checkAnswer('targetCertificate', answer);
  else refusalOf(answer, 400, 'targetCertificate');
});

test('every object is created as sent, read, listed, changed, deleted, and then gone', async () => {
  const made: Record<string, number | string> = { ...ids };
  await each(makeable, async ({ id }) => checkLife(id, made), 6);
});

/** Sent and kept, but never shown again. */
const secrets = ['password', 'secretKey', 'serviceAccount', 'reportPDFPassword', 'vCenter', 'privateKey', 'accessKey'];

async function checkLife(create: string, made: Ids): Promise<void> {
  const { path } = operationOf(create);
  const created = await makeOne(api, create, 'life', made);
  const one = create === 'addGlobalRules' ? (created['applicationControlGlobalRules'] as ApiObject[])[0]! : created;
  const sent = bodyOf[create]!(`life-${create.replace('create', '')}`, made);
  if (create !== 'addGlobalRules') checkEcho(create, sent, one);
  const id = idIn(created);
  const itself = `${pathOf(path, made)}/${id}`;
  const read = await api.send('GET', itself);
  assert.equal(read.status, 200, `${itself}: ${read.text}`);
  const shown = without(one, [...(create === 'addCertificate' ? [] : shownOnce), 'lastSignIn']);
  const again = without(read.body as ApiObject, ['lastSignIn']);
  assert.deepEqual(again, shown, `${create}: what was created is what is read`);
  await checkChange(itself, id, again, create);
  const gone = await api.send('DELETE', itself);
  assert.ok(gone.status === 200 || gone.status === 204, `DELETE ${itself}: ${gone.status} ${gone.text}`);
  refusalOf(await api.send('GET', itself), 404, `GET ${itself} after its end`);
  refusalOf(await api.send('DELETE', itself), 404, `DELETE ${itself} after its end`);
}

/** What only the answer to the creation holds. */
const shownOnce = ['secretKey', 'privateKey', 'certificate', 'rootCA'];
const without = (object: ApiObject, names: readonly string[]): ApiObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

function checkEcho(what: string, sent: ApiObject, answered: ApiObject): void {
  for (const [name, value] of Object.entries(sent)) {
    if (secrets.includes(name) || name === 'runNow') continue;
    const expected = value === 'false' ? false : value;
    assert.deepEqual(answered[name], expected, `${what} keeps ${name}`);
  }
}

/** A modify with the id and an unknown property in its body changes what it names and nothing else. */
async function checkChange(itself: string, id: number, before: ApiObject, create: string): Promise<void> {
  if (!operations.some(({ method, path }) => method === 'POST' && path.startsWith(`${operationOf(create).path}/{`)))
    return;
  const name = ['description', 'displayName', 'name', 'fullName'].find((one) => one in before) ?? 'description';
  const body =
    create === 'createVCenterConnector' ? {} : { ID: id, [name]: 'changed by a test', notInThisVersion: { a: [1] } };
  const answer = await api.send('POST', itself, { body });
  assert.equal(answer.status, 200, `POST ${itself}: ${answer.text}`);
  if (create === 'createVCenterConnector') return;
  const times = { lastUpdated: 0, lastSendPolicyRequest: 0, lastModified: 0 };
  const after = { ...(answer.body as ApiObject), ...times };
  assert.deepEqual(after, { ...before, [name]: 'changed by a test', ...times }, `POST ${itself} changes ${name} alone`);
}

test('every deletion works, and nothing was left unasked', async () => {
  const gone = await makeWorld(api, 'gone');
  const deletions = operations.filter(({ method, id }) => method === 'DELETE' && id !== 'deleteComputers');
  const deep = (operation: Operation) => operation.path.split('/').length;
  // The inner things first, then their holders in the order opposite to their making.
  const order = [...deletions].sort((a, b) => deep(b) - deep(a) || rank(b) - rank(a));
  for (const operation of order) {
    asked.add(operation.id);
    const own = idsFor(operation, gone);
    const answer = await api.ask(operation.id, own);
    const isThere = !pathOf(operation.path, own).split('/').includes('0');
    assert.ok(
      isThere ? [200, 204].includes(answer.status) : answer.status === 404,
      `${operation.id}: ${answer.status} ${answer.text}`,
    );
    if (answer.status !== 404) checkAnswer(operation.id, answer);
  }
  asked.add('deleteComputers');
  const computers = await Promise.all(['a', 'b'].map((name) => makeOne(api, 'createComputer', `bulk-${name}`, ids)));
  const bulk = await api.ask('deleteComputers', {}, { body: { ids: computers.map(idIn) } });
  assert.ok(bulk.status === 200 || bulk.status === 204, bulk.text);
  for (const computer of computers) await api.refused(404, 'describeComputer', { computerID: idIn(computer) });
  const all = operations.map(({ id }) => id);
  assert.deepEqual(
    all.filter((id) => !asked.has(id)),
    [],
  );
  assert.equal(all.length, 316);
});

const rank = ({ path }: Operation): number => makeable.findIndex((create) => path.startsWith(`${create.path}/{`));
