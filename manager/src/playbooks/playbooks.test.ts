import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type Actor,
  agentPaths,
  type ContainmentRequest,
  caseEntryText,
  dayInJapan,
  type Refusal,
  type RouteCall,
  routes,
} from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { getCase, openCase } from '../cases/index.ts';
import { containmentRoom } from '../containment/index.ts';
import { Editions } from '../editions/index.ts';
import { openGate } from '../hosts/index.ts';
import { sql } from '../platform/index.ts';
import { composeReport } from '../reports/index.ts';
import {
  advanceRequests,
  containmentGate,
  containmentOfPeriod,
  type PlaybookParts,
  Playbooks,
  playbooksRoom,
} from './index.ts';

const minuteMs = 60_000;
const operator = actorOf('operator');
const second: Actor = { ...operator, id: '019ab000-0000-7000-8000-00000000beef', name: 'B operator' };
const analyst: Actor = { ...actorOf('soc-analyst'), id: '019ab000-0000-7000-8000-00000000abcd' };
let door: TestDoor;
let parts: PlaybookParts;

before(async () => {
  const publicUrl = () => 'https://desk.example';
  let gate = openGate;
  door = await startTestDoor({
    gate: (...given) => gate(...given),
    rooms: (platform) => {
      const desk = { platform, editions: Editions.read(platform.config) };
      gate = containmentGate(desk);
      parts = { ...desk, publicUrl, playbooks: new Playbooks(platform.config) };
      return [containmentRoom(platform, gate), playbooksRoom(desk, { publicUrl })];
    },
    env: { SAKIMORI_AGENTS_NAMES: '198.51.100.9' },
  });
});
after(() => door.stop());

const as = (actor: Actor = operator) => door.service.as(actor);
const advance = () => advanceRequests(parts);
async function pass(ms: number): Promise<void> {
  door.platform.clock.advance(ms);
  await advance();
}

type Site = { readonly account: string; readonly agent: SimulatedAgent; readonly contacts: readonly string[] };
/** An account whose plan demands consent, with a host and two contacts for alerts. */
async function makeSite(name: string, contactNames: readonly string[] = ['一郎', '二郎']): Promise<Site> {
  const account = await door.makeAccount(name);
  await door.platform.database.asProvider((tx) =>
    tx.run(sql`update customers_account set plan = 'highend' where tenant_id = ${account}`),
  );
  const contacts: string[] = [];
  for (const [place, contact] of contactNames.entries())
    contacts.push(
      (
        await door.platform.database.asProvider((tx) =>
          tx.one(sql<{ id: string }>`
            insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
            values (${account}, gen_random_uuid(), ${contact}, ${`contact${place}@${name}.example`}, 'ja', '{alerts}', ${door.platform.clock.now()}) returning id`),
        )
      ).id,
    );
  return { account, agent: await door.enrolAgent(account), contacts };
}

type Proposal = NonNullable<RouteCall<typeof routes.proposeContainment>['body']>;
const propose = (site: Site, given: Partial<Proposal> = {}, actor = operator): Promise<ContainmentRequest> =>
  as(actor)(routes.proposeContainment, {
    params: { hostId: site.agent.hostId },
    body: { playbookId: 'isolate-host', scope: 'host', reason: 'ransomware', ...given },
  });
const at = (request: { readonly id: string }) => ({ params: { requestId: request.id } });
const askFor = (request: ContainmentRequest) => as()(routes.askForConsent, at(request));
const get = (request: ContainmentRequest, actor = operator) => as(actor)(routes.getContainmentRequest, at(request));
const run = (request: ContainmentRequest, actor = operator, confirmation?: string) =>
  as(actor)(routes.runContainment, { ...at(request), body: confirmation === undefined ? {} : { confirmation } });
type PhoneBody = NonNullable<RouteCall<typeof routes.recordPhoneConsent>['body']>;
const phone = (request: ContainmentRequest, given: Partial<PhoneBody> = {}, actor = operator) =>
  as(actor)(routes.recordPhoneConsent, {
    ...at(request),
    body: { answer: 'yes', name: '山田 花子', phone: '+81 3-1234-5678', ...given },
  });
const tasksOf = async ({ agent }: Site, kind: string) =>
  (await as()(routes.listHostTasks, { params: { hostId: agent.hostId } })).items.filter((task) => task.kind === kind);

/** Letters of a kind to an account, newest first. */
const lettersOf = (account: string, kind: string) =>
  door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ recipient: string; body_text: string }>`
      select recipient, body_text from notices_notice where kind = ${kind} and tenant_id = ${account} order by created_at desc, id desc`),
  );
const secretOf = async ({ account }: Site): Promise<string> => {
  const [letter] = await lettersOf(account, 'consent.asked');
  return /\/consent#([\w-]+)/.exec(letter!.body_text)![1]!;
};
const codeOf = async ({ account }: Site): Promise<string> =>
  /^(\d{6})$/m.exec((await lettersOf(account, 'consent.code'))[0]!.body_text)![1]!;
const look = (secret: string) => as()(routes.lookAtConsent, { body: { secret } });
const sendCode = (secret: string) => as()(routes.sendConsentCode, { body: { secret } });
const answer = (secret: string, code: string, given: 'yes' | 'no' = 'yes', reason?: string) =>
  as()(routes.answerConsent, { body: { secret, code, answer: given, ...(reason ? { reason } : {}) } });
async function consentByLink(site: Site, given: 'yes' | 'no' = 'yes', reason?: string) {
  const secret = await secretOf(site);
  await sendCode(secret);
  return answer(secret, await codeOf(site), given, reason);
}
/** The host does what it was asked, and says so. */
async function carryOut({ agent }: Site, state: 'done' | 'failed' = 'done', detail = 'ok'): Promise<void> {
  const tasks = await until(async () => {
    const { received } = await agent.heartbeat();
    return received.tasks?.length ? received.tasks : undefined;
  }, 'no heartbeat brought a task');
  await agent.post(agentPaths.taskResults, { results: tasks.map(({ id }) => ({ id, state, detail })) });
}

test('S73: without a consent on record nothing is isolated, stopped or blocked, by no way; with one it runs, and the consent is on record', async () => {
  const site = await makeSite('gate');
  const { hostId } = site.agent;
  const reason = 'ransomware';
  const direct = [
    as()(routes.giveHostTask, { params: { hostId }, body: { kind: 'isolate', reason, minutes: 60, dns: false } }),
    as()(routes.stopHost, { params: { hostId }, body: { reason, confirmation: 'web-01' } }),
    as()(routes.blockSource, { params: { hostId }, body: { source: '203.0.113.7', minutes: 60, reason } }),
  ];
  for (const way of direct) await refusedWith(way, 'consent_needed');
  const request = await propose(site);
  assert.deepEqual([request.state, request.needsConsent], ['proposed', true]);
  await refusedWith(run(request), 'consent_needed');
  await askFor(request);
  await refusedWith(run(request), 'consent_needed');
  const others = ['isolate', 'stop-host', 'block-source'];
  for (const kind of others) assert.deepEqual(await tasksOf(site, kind), []);
  const settled = await consentByLink(site);
  assert.deepEqual([settled.state, settled.answer], ['answered', 'yes']);
  const running = await run(request);
  assert.deepEqual(
    [running.state, running.consent?.way, running.consent?.by, running.consent?.mail],
    ['running', 'link', '一郎', 'contact0@gate.example'],
  );
  assert.equal((await tasksOf(site, 'isolate')).length, 1);
  await carryOut(site);
  await advance();
  const confirmed = await get(request);
  assert.ok(confirmed.confirmedAt);
  assert.deepEqual(
    confirmed.history.map(({ what, by }) => `${what} ${by}`),
    [
      ...['proposed A operator', 'asked A operator', 'codeSent 一郎', 'consented 一郎', 'started A operator'],
      'confirmed system',
    ],
  );
  const { items } = await as()(routes.listAudit, { query: { target: `host:${hostId}`, limit: 100 } });
  const noted = items.find(({ action }) => action === 'playbook.consented');
  assert.deepEqual([noted?.actorName, noted?.facts['way'], noted?.facts['customer']], ['一郎', 'link', '一郎']);
  const period = { from: new Date(0), to: new Date(door.platform.clock.now().getTime() + 1) };
  const [told] = await door.platform.database.as(site.account, (tx) => containmentOfPeriod(tx, site.account, period));
  assert.deepEqual([told?.consent?.by, told?.consent?.way, told?.state], ['一郎', 'link', 'running']);
  const month = dayInJapan(door.platform.clock.now()).slice(0, 7);
  const asked = { accountId: site.account, kind: 'monthly', period: month, early: true } as const;
  const { contained } = await composeReport(door.platform, asked);
  assert.deepEqual(
    contained?.items.map(({ hostName, way, consentBy, state }) => [hostName, way, consentBy, state]),
    [['web-01', 'link', '一郎', 'running']],
  );
});

test('S73: the consent, what was done and what came of it are in the case, for the customer to read; a case or an alert of another account is none', async () => {
  const site = await makeSite('case');
  const desk = { platform: door.platform, editions: parts.editions };
  const opened = await door.platform.database.as(site.account, (tx) =>
    openCase(tx, desk, { ...{ accountId: site.account, alertIds: [], severity: 5 }, actor: operator }),
  );
  const request = await phone(await propose(site, { caseId: opened.id }));
  await run(request);
  const { timeline } = await door.platform.database.as(site.account, (tx) => getCase(tx, opened.id, 'customer'));
  const told = timeline.map((entry) => caseEntryText('en', entry));
  const head = `Containment request ${request.number} “Isolate the host” for host web-01`;
  assert.deepEqual(told, [
    ...[`${head}: Proposed: ransomware`, `${head}: Consent (Telephone, 山田 花子)`, `${head}: Started`],
  ]);
  const other = await makeSite('case-other');
  await refusedWith(propose(other, { caseId: opened.id }), 'not_found');
  await refusedWith(propose(other, { alertId: opened.id }), 'not_found');
  await refusedWith(
    propose(other, { playbookId: 'block-source', source: '203.0.113.9', proposalId: opened.id }),
    'not_found',
  );
});

test('S73: a GET or a look changes nothing; a link that was forwarded, used, expired or withdrawn consents to nothing and says why', async () => {
  const site = await makeSite('links');
  const first = await askFor(await propose(site));
  const secret = await secretOf(site);
  for (let looked = 0; looked < 3; looked += 1) {
    const question = await look(secret);
    assert.deepEqual([question.state, question.mailShown, question.who], ['open', 'c***@links.example', '一郎']);
  }
  assert.deepEqual(await lettersOf(site.account, 'consent.code'), []);
  // Forwarded: whoever opens it gets no code, for that goes to the contact; guessing ends soon.
  await sendCode(secret);
  const [code] = await lettersOf(site.account, 'consent.code');
  assert.equal(code?.recipient, 'contact0@links.example');
  const right = await codeOf(site);
  const wrong = right === '000000' ? '000001' : '000000';
  for (let tried = 0; tried < 4; tried += 1) await refusedWith(answer(secret, wrong), 'consent_code_wrong');
  await refusedWith(answer(secret, wrong), 'consent_closed');
  await refusedWith(answer(secret, right), 'consent_closed');
  assert.equal((await look(secret)).state, 'locked');
  assert.equal((await get(first)).state, 'asked');
  await refusedWith(run(first), 'consent_needed');
  // Withdrawn.
  await as()(routes.withdrawContainment, { ...at(first), body: { reason: 'a mistake' } });
  assert.equal((await look(secret)).state, 'withdrawn');
  await refusedWith(sendCode(secret), 'consent_closed');
  await refusedWith(run(first), 'wrong_state');
  // Used twice.
  const third = await askFor(await propose(site));
  await consentByLink(site);
  const used = await secretOf(site);
  await refusedWith(answer(used, await codeOf(site)), 'consent_closed');
  assert.equal((await look(used)).state, 'answered');
  assert.equal((await get(third)).history.filter(({ what }) => what === 'consented').length, 1);
  // Expired: the code first, then the link.
  const fourth = await askFor(await propose(site));
  const late = await secretOf(site);
  await sendCode(late);
  const old = await codeOf(site);
  door.platform.clock.advance(11 * minuteMs);
  await refusedWith(answer(late, old), 'consent_code_wrong');
  door.platform.clock.advance(240 * minuteMs);
  assert.equal((await look(late)).state, 'expired');
  await refusedWith(answer(late, old), 'consent_closed');
  await refusedWith(run(fourth), 'consent_needed');
  await refusedWith(look('x'.repeat(43)), 'consent_link_unknown');
});

test('S73: contacts are asked in order; nobody answers: somebody has to phone, and the request expires; an address that fails is passed over', async () => {
  const site = await makeSite('order', ['一郎', '二郎', '三郎']);
  const [one, two, three] = site.contacts as [string, string, string];
  await as()(routes.putContainmentSetting, {
    params: { accountId: site.account },
    body: { fourEyes: false, alwaysConsent: false, contactIds: [three, one, two] },
  });
  const request = await askFor(await propose(site));
  const asked = async () => (await get(request)).links.map(({ contactName }) => contactName);
  assert.deepEqual(await asked(), ['三郎']);
  await pass(15 * minuteMs - 1);
  assert.deepEqual(await asked(), ['三郎']);
  await pass(1);
  assert.deepEqual(await asked(), ['三郎', '一郎']);
  await door.platform.database.asProvider((tx) =>
    tx.run(sql`update customers_contact set bounced_at = ${door.platform.clock.now()} where id = ${one}`),
  );
  await advance();
  assert.deepEqual(await asked(), ['三郎', '一郎', '二郎']);
  const work = () =>
    door.platform.database.asProvider((tx) =>
      tx.rows(
        sql<{
          state: string;
        }>`select state from work_item where kind = 'consentUnanswered' and tenant_id = ${site.account}`,
      ),
    );
  assert.deepEqual(await work(), []);
  await pass(15 * minuteMs);
  assert.deepEqual(await work(), [{ state: 'open' }]);
  await pass(240 * minuteMs);
  assert.equal((await get(request)).state, 'expired');
  // The call is still made, and settles it.
  const called = await phone(request);
  assert.deepEqual(
    [called.state, called.consent?.way, called.consent?.phone],
    ['consented', 'phone', '+81 3-1234-5678'],
  );
  assert.deepEqual(await work(), [{ state: 'done' }]);
});

test('S73: an empty contact list is refused with a way on; the telephone works, and says who, which number, when and who wrote it down', async () => {
  const site = await makeSite('empty', []);
  const request = await propose(site);
  await refusedWith(askFor(request), 'no_contacts');
  await refusedWith(phone(request, { answer: 'no' }), 'malformed');
  await refusedWith(phone(request, { phone: 'call me' }), 'malformed');
  await refusedWith(
    phone(request, { at: new Date(door.platform.clock.now().getTime() + 1000).toISOString() }),
    'malformed',
  );
  const told = await phone(request);
  assert.deepEqual(
    [told.consent?.by, told.consent?.recordedBy, told.consent?.answer],
    ['山田 花子', operator.name, 'yes'],
  );
  const declined = await phone(await propose(site), { answer: 'no', reason: '業務時間中のため' });
  assert.deepEqual([declined.state, declined.consent?.reason], ['declined', '業務時間中のため']);
  await refusedWith(run(declined), 'consent_needed');
});

test('S73: two consents at once are one: the second finds it settled', async () => {
  const site = await makeSite('twice');
  const request = await askFor(await propose(site));
  const first = await secretOf(site);
  await pass(15 * minuteMs);
  const other = await secretOf(site);
  const codes: string[] = [];
  for (const secret of [first, other]) {
    await sendCode(secret);
    codes.push(await codeOf(site));
  }
  const outcomes = await Promise.allSettled([
    answer(first, codes[0]!),
    answer(other, codes[1]!, 'no', 'nein'),
    phone(request),
  ]);
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      assert.ok(['consent_closed', 'wrong_state'].includes((outcome.reason as Refusal).code), String(outcome.reason));
  const consents = await door.platform.database.asProvider((tx) =>
    tx.rows(sql`select id from playbooks_consent where request_id = ${request.id}`),
  );
  assert.equal(consents.length, 1);
});

test('S73: four eyes: neither who proposed it nor who wrote the consent down runs it', async () => {
  const site = await makeSite('eyes');
  const third: Actor = { ...operator, id: '019ab000-0000-7000-8000-00000000f00d', name: 'C operator' };
  await as()(routes.putContainmentSetting, {
    params: { accountId: site.account },
    body: { fourEyes: true, alwaysConsent: false, contactIds: [] },
  });
  const request = await propose(site);
  await phone(request, {}, second);
  await refusedWith(run(request), 'four_eyes_needed');
  await refusedWith(run(request, second), 'four_eyes_needed');
  assert.equal((await run(request, third)).startedBy, third.name);
});

test('S73: a consent given beforehand covers its playbooks, hosts, hours and days, and nothing else; ended, it covers nothing', async () => {
  const site = await makeSite('standing');
  const params = { accountId: site.account };
  const other = await door.enrolAgent(site.account, { name: 'web-02' });
  const body = {
    ...{ playbookIds: ['isolate-host'], hostIds: [site.agent.hostId], hours: 'any' as const, until: '2099-12-31' },
    ...{ agreedBy: '契約 一郎', document: '契約書 第 12 条' },
  };
  await refusedWith(
    as()(routes.createStandingConsent, { params, body: { ...body, until: '2020-01-01' } }),
    'malformed',
  );
  await refusedWith(
    as()(routes.createStandingConsent, { params, body: { ...body, playbookIds: ['no-such'] } }),
    'not_found',
  );
  const standing = await as()(routes.createStandingConsent, { params, body });
  const covered = await propose(site);
  assert.deepEqual(
    [covered.state, covered.consent?.way, covered.consent?.by, covered.consent?.standingId],
    ['consented', 'standing', '契約 一郎', standing.id],
  );
  assert.equal((await propose({ ...site, agent: other })).state, 'proposed');
  assert.equal((await propose(site, { playbookId: 'stop-host' })).state, 'proposed');
  await as()(routes.endStandingConsent, {
    params: { ...params, standingId: standing.id },
    body: { reason: 'the contract was changed' },
  });
  await refusedWith(run(covered), 'consent_needed');
  assert.equal((await propose(site)).state, 'proposed');
  const [kept] = (await as()(routes.listStandingConsents, { params })).items;
  assert.deepEqual([kept?.isInForce, kept?.endReason, kept?.useCount], [false, 'the contract was changed', 1]);
});

test('S74: it is lifted by the clock with the customer’s limit, by hand before it, and by any other way; what no host heard of is taken back', async () => {
  const site = await makeSite('clock');
  const isolated = async (minutes: number) => {
    const request = await propose(site, { minutes });
    await phone(request);
    return run(request);
  };
  const first = await isolated(30);
  await carryOut(site);
  await refusedWith(isolated(60), 'wrong_state');
  await pass(30 * minuteMs - 1);
  assert.equal((await get(first)).state, 'running');
  await pass(1);
  const over = await get(first);
  assert.deepEqual([over.state, over.endReason, over.endedBy], ['ended', 'time', 'system']);
  assert.equal((await tasksOf(site, 'release')).length, 1);
  await carryOut(site);
  // Never heard of: it must not begin when the host comes back.
  const unheard = await isolated(30);
  const lifted = await as()(routes.liftContainment, { ...at(unheard), body: { reason: 'cleaned' } });
  assert.deepEqual([lifted.state, lifted.endReason], ['ended', 'cleaned']);
  assert.equal((await tasksOf(site, 'isolate'))[0]?.state, 'failed');
  await carryOut(site);
  // By the task that hosts always had.
  const third = await isolated(30);
  await as()(routes.giveHostTask, {
    params: { hostId: site.agent.hostId },
    body: { kind: 'release', reason: 'by hand' },
  });
  assert.deepEqual([(await get(third)).state, (await get(third)).endReason], ['ended', 'by hand']);
});

test('S74: an isolation that cut the manager off is lifted by the host, and stands as failed; a stop needs the name of the host and cannot be lifted', async () => {
  const site = await makeSite('deadman');
  const request = await propose(site);
  await phone(request);
  await run(request);
  await carryOut(site, 'failed', 'The manager cannot be reached from an isolated host, so the isolation was lifted.');
  await advance();
  const failed = await get(request);
  assert.equal(failed.state, 'failed');
  assert.match(failed.endReason ?? '', /so the isolation was lifted/);
  const stop = await propose(site, { playbookId: 'stop-host' });
  await phone(stop);
  await refusedWith(run(stop), 'name_not_confirmed');
  await run(stop, operator, 'web-01');
  await refusedWith(as()(routes.liftContainment, { ...at(stop), body: { reason: 'x' } }), 'wrong_state');
  await carryOut(site);
  await advance();
  assert.deepEqual([(await get(stop)).state, (await get(stop)).endReason], ['ended', 'done']);
});

test('S75: after consent the source is blocked on every host; the manager, what is allowed and the customer’s own hosts never are, also when the list changed meanwhile', async () => {
  const site = await makeSite('block');
  const block = (source: string, more: Partial<Proposal> = {}) =>
    propose(site, { playbookId: 'block-source', source, minutes: 60, scope: 'account', ...more });
  const params = { accountId: site.account };
  const setting = await as()(routes.getSourceBlocking, { params });
  await as()(routes.putSourceBlocking, { params, body: { ...setting, allow: ['203.0.113.0/28'] } });
  await sendInventory(site.agent, inventoryWith('192.0.2.40', '02:00:00:00:00:01'));
  for (const source of ['203.0.113.7', '198.51.100.9', '198.51.100.0/24', '192.0.2.40'])
    await refusedWith(block(source), 'source_allowed');
  for (const source of ['127.0.0.1', '0.0.0.0/0', 'evil.example']) await refusedWith(block(source), 'malformed');
  await refusedWith(block('203.0.113.77', { minutes: 1 }), 'malformed');
  const request = await block('203.0.113.77');
  await phone(request);
  await as()(routes.putSourceBlocking, { params, body: { ...setting, allow: ['203.0.113.64/26'] } });
  await refusedWith(run(request), 'source_allowed');
  assert.deepEqual(await tasksOf(site, 'block-source'), []);
  await as()(routes.putSourceBlocking, { params, body: { ...setting, allow: [] } });
  assert.equal((await run(request)).state, 'running');
  const [task] = await tasksOf(site, 'block-source');
  assert.equal(task?.createdBy, operator.name);
  await as()(routes.unblockSource, {
    params: { hostId: site.agent.hostId },
    body: { source: '203.0.113.77', reason: 'harmless' },
  });
  assert.equal((await get(request)).state, 'ended');
});

const sendInventory = (agent: SimulatedAgent, inventory: object) => agent.post(agentPaths.inventory, inventory);
const inventoryWith = (address: string, mac: string) => ({
  takenAt: door.platform.clock.now().toISOString(),
  os: { id: 'debian', version: '13', name: 'Debian', kernel: '6', architecture: 'x86_64' },
  packages: [],
  services: [{ protocol: 'tcp' as const, address: '0.0.0.0', port: 443, process: 'nginx' }],
  processes: [],
  interfaces: [{ name: 'eth0', mac, addresses: [address] }],
  limits: [],
});

test('S73: what it would do is shown before: services, connections and who depends; the machine of the manager is neither isolated nor stopped', async () => {
  const site = await makeSite('preview');
  await sendInventory(site.agent, inventoryWith('192.0.2.50', '02:00:00:00:00:02'));
  const neighbour = await door.enrolAgent(site.account, { name: 'db-01' });
  await sendInventory(neighbour, inventoryWith('192.0.2.51', '02:00:00:00:00:03'));
  const request = await propose(site);
  assert.deepEqual(request.preview.services, [{ protocol: 'tcp', port: 443, process: 'nginx' }]);
  await carryOut(site, 'done', '5 open connections: 192.0.2.51 ×3, 203.0.113.9 ×2');
  const { connections } = await get(request);
  assert.deepEqual(
    [connections?.count, connections?.peers],
    [
      5,
      [
        { address: '192.0.2.51', count: 3, hostName: 'db-01' },
        { address: '203.0.113.9', count: 2 },
      ],
    ],
  );
  await sendInventory(site.agent, inventoryWith('198.51.100.9', '02:00:00:00:00:02'));
  await refusedWith(propose(site), 'host_is_manager');
});

test('S76: a file in the data directory can be chosen at once; broken ones are named, and the others stand', async () => {
  const folder = join(door.platform.config.SAKIMORI_DATA, 'playbooks');
  mkdirSync(folder, { recursive: true });
  const shipped = await as()(routes.listPlaybooks);
  assert.deepEqual(shipped.items.map(({ id }) => id).sort(), [
    'block-source',
    'isolate-host',
    'release-host',
    'stop-host',
    'unblock-source',
  ]);
  const text = { ja: '文', en: 'text' };
  const own = {
    ...{
      id: 'isolate-and-scan',
      version: 1,
      name: { ja: '隔離と検索', en: 'Isolate and scan' },
      summary: text,
      effect: text,
    },
    ...{ steps: [{ do: 'isolate' }, { do: 'malware-scan' }], minutes: { min: 1, usual: 5, max: 10 }, scopes: ['host'] },
    ...{ preview: [], guards: ['host-not-manager'], cases: [{ name: 'five', given: { minutes: 5 }, expect: 'ok' }] },
    consent: { needed: true, linkMinutes: 60, nextContactMinutes: 5, validHours: 1 },
  };
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
  write('own.json', own);
  write('no-consent.json', { ...own, id: 'no-consent', consent: { ...own.consent, needed: false } });
  write('no-guard.json', { ...own, id: 'no-guard', guards: [] });
  write('wrong-case.json', {
    ...own,
    id: 'wrong-case',
    cases: [{ name: 'a day', given: { minutes: 1440 }, expect: 'ok' }],
  });
  write('taken.json', { ...own, id: 'stop-host' });
  write('torn.json', '{');
  write('huge.json', ' '.repeat(70_000));
  mkdirSync(join(folder, 'folder.json'), { recursive: true });
  const { items, faults } = await as()(routes.listPlaybooks);
  assert.equal(items.length, 6);
  assert.deepEqual(
    faults.map(({ file }) => file),
    ['folder.json', 'huge.json', 'no-consent.json', 'no-guard.json', 'taken.json', 'torn.json', 'wrong-case.json'],
  );
  assert.match(
    JSON.stringify(faults),
    /never done without a consent.*its steps need host-not-manager.*is the id of.*a day/,
  );
  const site = await makeSite('own');
  const request = await propose(site, { playbookId: 'isolate-and-scan' });
  assert.equal(request.minutes, 5);
  await refusedWith(run(request), 'consent_needed');
  // What was agreed does not change with the file.
  write('own.json', { ...own, version: 2, steps: [{ do: 'malware-scan' }] });
  await phone(request);
  await run(request);
  assert.equal((await tasksOf(site, 'isolate')).length, 1);
  assert.equal((await tasksOf(site, 'malware-scan')).length, 1);
});

test('S73: the SOC proposes and does nothing else; a customer reads the own requests alone; of another account nobody sees or does anything', async () => {
  const site = await makeSite('ours');
  const request = await propose(site, {}, analyst);
  assert.equal(request.createdBy, analyst.name);
  await refusedWith(as(analyst)(routes.askForConsent, at(request)), 'forbidden');
  await refusedWith(phone(request, {}, analyst), 'forbidden');
  await refusedWith(run(request, analyst), 'forbidden');
  const customer = actorOf('customer-admin', site.account);
  assert.equal((await get(request, customer)).id, request.id);
  await refusedWith(propose(site, {}, customer), 'forbidden');
  const stranger = actorOf('customer-admin', (await makeSite('theirs')).account);
  await refusedWith(get(request, stranger), 'not_found');
  const query = { accountId: site.account };
  assert.deepEqual((await as(stranger)(routes.listContainmentRequests, { query })).items, []);
  await refusedWith(as(stranger)(routes.listStandingConsents, { params: query }), 'not_found');
  await refusedWith(as(stranger)(routes.getContainmentSetting, { params: query }), 'not_found');
});

test('an account whose edition asks for none runs at once, unless it wants to be asked', async () => {
  const account = await door.makeAccount('plain');
  const site: Site = { account, agent: await door.enrolAgent(account), contacts: [] };
  assert.deepEqual([(await propose(site)).state, (await propose(site)).consent?.way], ['consented', 'none']);
  const params = { accountId: account };
  assert.equal((await as()(routes.getContainmentSetting, { params })).needsConsent, false);
  await as()(routes.putContainmentSetting, { params, body: { fourEyes: false, alwaysConsent: true, contactIds: [] } });
  assert.equal((await propose(site)).state, 'proposed');
  const body = { kind: 'isolate' as const, reason: 'x', minutes: 60, dns: false };
  await refusedWith(as()(routes.giveHostTask, { params: { hostId: site.agent.hostId }, body }), 'consent_needed');
});
