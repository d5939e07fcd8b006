import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type ApiObject, operations, providerOperations } from '@sakimori/contract/workload-security/index';
import fc from 'fast-check';
import { type Answer, checkAnswer, type Driver, type Ids, pathOf, refusalOf } from './driver.ts';
import { bodyOf } from './fixtures.ts';
import { type Hostile, hostile } from './hostile.ts';
import { idIn, idsFor, makeWorld, startWorkload, type Workload } from './world.ts';

/**
 * Every operation, with ids, queries and bodies by chance: whatever is sent, the answer is JSON that says what is wrong, or one by its model, and never
 * a fault of the server's own.
 */
let workload: Workload;
let api: Driver;
let ids: Ids;
/** A key that may be locked or given away by what is tried. */
let expendable: Driver;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  ids = await makeWorld(api, 'fuzz');
  expendable = await makeExpendable();
});
after(() => workload?.system.stop());

/** More of it, or the same again: `FUZZ_SECONDS=600 FUZZ_SEED=…`. */
const searchMs = Number(process.env['FUZZ_SECONDS'] ?? 20) * 1000;
const seed = process.env['FUZZ_SEED'];
const atOnce = 8;
/** One asks whatever server the caller names, the other builds the agent's packages before anything. */
const leftOut = ['targetCertificate', 'generateAgentDeploymentScript'];
const walked = [...operations, ...providerOperations].filter(({ id }) => !leftOut.includes(id));
const isProviders = (id: string) => providerOperations.some((operation) => operation.id === id);
const isOfOwnKey = ({ operation }: Hostile) => /Current/.test(operation.id);

async function makeExpendable(): Promise<Driver> {
  const made = await api.call(
    'createApiKey',
    {},
    { body: { keyName: `expendable ${crypto.randomUUID()}`, roleID: 1 } },
  );
  expendableID = idIn(made);
  return api.as(made['secretKey'] as string);
}
let expendableID: number;

const any = () =>
  fc.constantFrom(...walked).chain((operation) => {
    const own = idsFor(operation, { ...ids, apiKeyID: expendableID, tenantID: 1 });
    const make = bodyOf[operation.id] ?? bodyOf[operation.id.replace('modify', 'create')];
    return hostile(operation, own, make?.(`fuzz-${operation.id}`, ids));
  });

function driverFor(call: Hostile): Driver {
  if (isProviders(call.operation.id)) return api.as(workload.system.adminKey);
  return isOfOwnKey(call) ? expendable : api;
}

async function send(call: Hostile): Promise<Answer> {
  const { operation, ids: own, query, body, raw } = call;
  // Nobody may lock out the key that the test itself works with.
  const apiKeyID = own['apiKeyID'] === undefined || own['apiKeyID'] === 1 ? expendableID : own['apiKeyID'];
  const sending = { query, body, ...(raw === undefined ? {} : { raw }) };
  return driverFor(call).ask(operation.id, { ...own, apiKeyID }, sending);
}

/** @returns what is wrong with the answer */
function faultOf({ operation, ids: own }: Hostile, answer: Answer): string | undefined {
  const what = `${operation.id} ${pathOf(operation.path, own)}`;
  try {
    assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
    if (answer.status >= 400) refusalOf(answer, answer.status, what);
    else checkAnswer(operation.id, answer);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test('whatever is sent to any operation, the answer is one by the API and no fault of the server', async (context) => {
  let sent = 0;
  let taken = 0;
  const property = fc.asyncProperty(fc.array(any(), { minLength: atOnce, maxLength: atOnce }), async (calls) => {
    const answers = await Promise.all(calls.map(async (call) => ({ call, answer: await send(call) })));
    if (answers.some(({ call, answer }) => isOfOwnKey(call) && answer.status === 401))
      expendable = await makeExpendable();
    sent += calls.length;
    taken += answers.filter(({ answer }) => answer.status < 300).length;
    const faults = answers.flatMap(({ call, answer }) => faultOf(call, answer) ?? []);
    assert.deepEqual(faults, []);
  });
  await fc.assert(property, {
    ...{ numRuns: 100_000, interruptAfterTimeLimit: searchMs, markInterruptAsFailure: false, endOnFailure: false },
    ...(seed ? { seed: Number(seed) } : {}),
  });
  context.diagnostic(`${sent} calls, ${taken} taken`);
  assert.ok(sent > 300 && taken > 30, `${sent} calls, ${taken} taken`);
  const { body } = await api.ask('listPolicies');
  assert.ok(((body as ApiObject)['policies'] as ApiObject[]).length > 0);
});
