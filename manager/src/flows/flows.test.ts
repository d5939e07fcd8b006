import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type FlowStep, type RouteCall, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { Editions } from '../editions/index.ts';
import { raiseDueSilences } from '../liveness/index.ts';
import { sql } from '../platform/index.ts';
import { advanceFlows, type FlowParts, flowsRoom } from './index.ts';
import { postOutside, sendWebhook } from './jobs.ts';

const minuteMs = 60_000;
let door: TestDoor;
let parts: FlowParts;
let account: string;
let contacts: string[];
const operator = actorOf('operator');

before(async () => {
  const publicUrl = () => 'https://desk.example';
  door = await startTestDoor({
    rooms: (platform) => [flowsRoom({ platform, editions: Editions.read(platform.config) }, { publicUrl })],
  });
  parts = { platform: door.platform, editions: Editions.read(door.platform.config), publicUrl };
  account = await door.makeAccount('Yamato');
  contacts = [await makeContact(account, '一郎'), await makeContact(account, '二郎')];
});
after(() => door.stop());

async function makeContact(accountId: string, name: string): Promise<string> {
  const row = await door.platform.database.asProvider((tx) =>
    tx.one(sql<{ id: string }>`
      insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
      values (${accountId}, gen_random_uuid(), ${name}, ${`${Math.random().toString(36).slice(2)}@yamato.example`}, 'ja', '{}', ${door.platform.clock.now()}) returning id`),
  );
  return row.id;
}
type Step = NonNullable<RouteCall<typeof routes.setContactFlow>['body']>['steps'][number];
const mail = (contactId: string, waitMinutes = 10): Step => ({ kind: 'mail', contactId, waitMinutes });
const phone = (name: string, waitMinutes = 10): Step => ({
  kind: 'phone',
  name,
  phone: '+81 3-0000-0000',
  waitMinutes,
});
const setFlow = (steps: readonly Step[], accountId = account) =>
  door.service.as(operator)(routes.setContactFlow, {
    params: { accountId },
    body: { enabled: true, steps: [...steps] },
  });
const runOf = async (agent: SimulatedAgent) =>
  (await door.service.as(operator)(routes.listContactRuns, { query: { hostId: agent.hostId } })).items[0]!;
const triesOf = async (agent: SimulatedAgent) =>
  (await runOf(agent)).tries.map(({ kind, who, state }) => `${kind} ${who} ${state}`);
const advance = () => advanceFlows(parts);
async function pass(ms: number): Promise<void> {
  door.platform.clock.advance(ms);
  await advance();
}
async function fallSilent(): Promise<SimulatedAgent> {
  const agent = await door.enrolAgent(account);
  door.platform.clock.advance(150_000);
  await raiseDueSilences(door.platform);
  await advance();
  return agent;
}
async function comeBack(agent: SimulatedAgent): Promise<void> {
  await agent.heartbeat();
  await door.sightings.flush();
  await advance();
  agent.kill();
  await door.service.as(operator)(routes.retireHost, { params: { hostId: agent.hostId }, body: { reason: 'test' } });
}
/** Letters to a contact of a flow, newest first, with the secret of their link. */
async function lettersOf(kind: string): Promise<{ to: string; text: string; secret: string | undefined }[]> {
  const rows = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ recipient: string; body_text: string }>`
      select recipient, body_text from notices_notice where kind = ${kind} order by created_at desc, id desc`),
  );
  return rows.map(({ recipient, body_text }) => ({
    to: recipient,
    text: body_text,
    secret: /\/answer#([\w-]+)/.exec(body_text)?.[1],
  }));
}

test('S46: the first contact does not answer, the second is called after the set time; all tries are on record; the host’s return ends it and says so', async () => {
  await setFlow([mail(contacts[0]!), phone('二郎', 20)]);
  const agent = await fallSilent();
  assert.deepEqual(await triesOf(agent), ['mail 一郎 sent']);
  await pass(10 * minuteMs - 1);
  assert.deepEqual(await triesOf(agent), ['mail 一郎 sent']);
  await pass(1);
  assert.deepEqual(await triesOf(agent), ['mail 一郎 unanswered', 'phone 二郎 waiting']);
  const run = await runOf(agent);
  const params = { accountId: account, runId: run.id, tryId: run.tries[1]!.id };
  const record = (body: RouteCall<typeof routes.recordCall>['body']) =>
    door.service.as(operator)(routes.recordCall, { params, body });
  const called = await record({ result: 'no_answer', note: '留守番電話' });
  assert.deepEqual(
    [called.tries[1]?.state, called.tries[1]?.note, called.tries[1]?.answeredBy, called.state],
    ['unanswered', 'no_answer: 留守番電話', operator.name, 'running'],
  );
  await refusedWith(record({ result: 'answered' }), 'wrong_state');
  const work = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ state: string; kind: string }>`select state, kind from work_item`),
  );
  assert.deepEqual(work, [{ state: 'done', kind: 'contactCall' }]);
  await comeBack(agent);
  const ended = await runOf(agent);
  assert.equal(ended.state, 'recovered');
  const [over] = await lettersOf('flow.over');
  assert.match(over!.text, /一郎/);
  const { items } = await door.service.as(operator)(routes.listAudit, { query: { accountId: account, limit: 100 } });
  assert.ok(items.some(({ action }) => action === 'flow.called'));
});

test('S46: a link in the mail shows what it is about and changes nothing; the button acknowledges once; after its time it does not', async () => {
  await setFlow([mail(contacts[0]!), mail(contacts[1]!)]);
  const agent = await fallSilent();
  const [{ secret } = { secret: undefined }] = await lettersOf('flow.asked');
  const nobody = door.service.as(operator);
  for (let looked = 0; looked < 3; looked++) {
    const question = await nobody(routes.lookAtQuestion, { body: { secret: secret! } });
    assert.deepEqual([question.isOpen, question.who, question.hostName], [true, '一郎', 'web-01']);
  }
  assert.deepEqual(await triesOf(agent), ['mail 一郎 sent']);
  const stored = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ link_hash: string | null }>`select link_hash from flows_try`),
  );
  assert.ok(stored.every(({ link_hash }) => link_hash !== secret));
  assert.equal((await nobody(routes.answerQuestion, { body: { secret: secret! } })).isOpen, false);
  const run = await runOf(agent);
  assert.deepEqual([run.state, run.endedBy, run.tries[0]?.state], ['answered', '一郎', 'answered']);
  await refusedWith(nobody(routes.answerQuestion, { body: { secret: secret! } }), 'answer_link_invalid');
  await pass(30 * minuteMs);
  assert.equal((await runOf(agent)).tries.length, 1);
  await comeBack(agent);
  const late = await fallSilent();
  const [{ secret: old } = { secret: undefined }] = await lettersOf('flow.asked');
  door.platform.clock.advance(25 * 60 * minuteMs);
  await refusedWith(nobody(routes.answerQuestion, { body: { secret: old! } }), 'answer_link_invalid');
  await refusedWith(nobody(routes.lookAtQuestion, { body: { secret: 'x'.repeat(43) } }), 'answer_link_invalid');
  await comeBack(late);
});

test('S46, in part: tries, hours and contacts that are gone; nobody answers: it says that it is at its end', async () => {
  const gone = await makeContact(account, '三郎');
  const steps: Step[] = [
    { ...phone('営業時間内', 5), hours: 'business' },
    { ...phone('時間外', 5), hours: 'off', tries: 2 },
    mail(gone),
    mail(contacts[0]!, 1),
  ];
  await setFlow(steps);
  await door.platform.database.asProvider((tx) => tx.run(sql`delete from customers_contact where id = ${gone}`));
  // A Sunday in Japan.
  const sunday = new Date(door.platform.clock.now());
  sunday.setUTCHours(3, 0, 0, 0);
  do sunday.setUTCDate(sunday.getUTCDate() + 1);
  while (sunday.getUTCDay() !== 0);
  door.platform.clock.set(sunday);
  await setFlow(steps.filter((step) => step.kind !== 'mail' || step.contactId !== gone));
  await door.platform.database.asProvider((tx) =>
    tx.run(
      sql`update flows_flow set steps = ${JSON.stringify(steps.map((step) => ({ tries: 1, hours: 'any', ...step })) as FlowStep[])}::jsonb where tenant_id = ${account}`,
    ),
  );
  const agent = await fallSilent();
  for (let index = 0; index < 4; index++) await pass(5 * minuteMs);
  assert.deepEqual(await triesOf(agent), [
    'phone 営業時間内 skipped',
    'phone 時間外 unanswered',
    'phone 時間外 unanswered',
    'mail – failed',
    'mail 一郎 unanswered',
  ]);
  assert.equal((await runOf(agent)).state, 'exhausted');
  const work = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ state: string }>`select state from work_item where kind = 'contactsUnanswered'`),
  );
  assert.deepEqual(work, [{ state: 'open' }]);
  await comeBack(agent);
});

test('S46, in part: a webhook that is refused, or stands inside, is a try that failed; an operator stops a run with a reason', async () => {
  await setFlow([
    { kind: 'webhook', name: 'Pager', url: 'https://pager.example/x?token=secret', waitMinutes: 5 },
    phone('二郎'),
  ]);
  const agent = await fallSilent();
  const run = await runOf(agent);
  assert.deepEqual(
    run.tries.map(({ target, state }) => [target, state]),
    [['pager.example', 'sent']],
  );
  const payload = { accountId: account, runId: run.id, tryId: run.tries[0]!.id, url: 'https://pager.example/x' };
  let sent = '';
  await sendWebhook(
    door.platform,
    async (_, body) => {
      sent = body;
      return 503;
    },
    payload,
  );
  assert.equal(JSON.parse(sent).host, 'web-01');
  assert.deepEqual(
    (await runOf(agent)).tries.map(({ state, note }) => [state, note]),
    [['failed', 'HTTP 503']],
  );
  await assert.rejects(postOutside('https://127.0.0.1/x', '{}'), /inner_address/);
  await assert.rejects(postOutside('https://localhost/x', '{}'));
  await pass(5 * minuteMs);
  const params = { accountId: account, runId: run.id };
  const stopped = await door.service.as(operator)(routes.stopContactRun, { params, body: { reason: 'known' } });
  assert.deepEqual([stopped.state, stopped.tries[1]?.state], ['stopped', 'unanswered']);
  await refusedWith(
    door.service.as(operator)(routes.stopContactRun, { params, body: { reason: 'known' } }),
    'wrong_state',
  );
  await comeBack(agent);
});

test('a flow of another account is nobody else’s; wrong steps are refused', async () => {
  const other = await door.makeAccount('Musashi');
  const stranger = door.service.as(actorOf('customer-admin', other));
  await refusedWith(stranger(routes.getContactFlow, { params: { accountId: account } }), 'not_found');
  for (const query of [{}, { accountId: account }])
    assert.deepEqual((await stranger(routes.listContactRuns, { query })).items, []);
  await refusedWith(setFlow([mail(contacts[0]!)], other), 'not_found');
  for (const step of [
    { ...phone('x'), phone: 'javascript:alert(1)' },
    { ...phone('x'), waitMinutes: 0 },
    { kind: 'webhook', name: 'x', url: 'http://pager.example', waitMinutes: 1 },
    { kind: 'webhook', name: 'x', url: 'file:///etc/passwd', waitMinutes: 1 },
  ])
    await refusedWith(setFlow([step as Step]), 'malformed');
  await refusedWith(setFlow(Array.from({ length: 21 }, () => phone('x'))), 'malformed');
});

test('S46, S27b, in part: a silence that no flow reaches anybody for is work of the provider, once; its end, and that of an exhausted flow, ends the work', async () => {
  const kinds = ['hostSilent', 'contactsUnanswered'];
  const workOf = async (state: string) =>
    (
      await door.platform.database.asProvider((tx) =>
        tx.rows(sql<{ kind: string; host: string; cause: string | null }>`
          select kind, facts ->> 'host' as host, facts ->> 'cause' as cause from work_item
          where kind = any(${kinds}) and (${state} = 'open') = (ended_at is null) order by created_at desc, number desc`),
      )
    ).map(({ kind, cause }) => [kind, cause]);
  const standing = (await workOf('open')).length;
  await setFlow([mail(contacts[0]!, 10)]);
  const exhausted = await fallSilent();
  await pass(10 * minuteMs);
  assert.equal((await runOf(exhausted)).state, 'exhausted');
  assert.deepEqual((await workOf('open'))[0], ['contactsUnanswered', null]);
  await comeBack(exhausted);
  await advance();
  assert.equal((await workOf('open')).length, standing);

  account = await door.makeAccount('No flow');
  const agent = await fallSilent();
  await advance();
  assert.deepEqual((await workOf('open'))[0], ['hostSilent', 'no_contact']);
  assert.equal((await workOf('open')).length, standing + 1, 'once');
  await comeBack(agent);
  await advance();
  assert.equal((await workOf('open')).length, standing);
  assert.deepEqual((await workOf('ended'))[0], ['hostSilent', 'no_contact']);
});
