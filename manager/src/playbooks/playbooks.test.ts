import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Actor, caseEntryText, dayInJapan, type Refusal, routes } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import {
  advance,
  analyst,
  answer,
  as,
  askFor,
  at,
  carryOut,
  codeOf,
  consentByLink,
  door,
  get,
  lettersOf,
  look,
  makeSite,
  minuteMs,
  operator,
  parts,
  pass,
  phone,
  propose,
  run,
  type Site,
  second,
  secretOf,
  sendCode,
  tasksOf,
} from '../../../test/containment-desk.ts';
import { actorOf } from '../../../test/service.ts';
import { getCase, openCase } from '../cases/index.ts';
import { sql } from '../platform/index.ts';
import { composeReport } from '../reports/index.ts';
import { containmentOfPeriod } from './index.ts';

test('S73: without a consent on record nothing is isolated, stopped or blocked, by no way; with one it runs, and the consent is on record', async () => {
  const site = await makeSite('gate');
  const { hostId } = site.agent;
  const reason = 'ransomware';
  const direct = [
    () => as()(routes.giveHostTask, { params: { hostId }, body: { kind: 'isolate', reason, minutes: 60, dns: false } }),
    () => as()(routes.stopHost, { params: { hostId }, body: { reason, confirmation: 'web-01' } }),
    () => as()(routes.blockSource, { params: { hostId }, body: { source: '203.0.113.7', minutes: 60, reason } }),
  ];
  for (const way of direct) await refusedWith(way(), 'consent_needed');
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

test('S73: a customer’s administrator consents on the portal in their own name; nobody answers for them, and of two words the first counts', async () => {
  const site = await makeSite('portal');
  const customer = actorOf('customer-admin', site.account);
  const say = (id: string, who: Actor, body: { answer: 'yes' | 'no'; reason?: string } = { answer: 'yes' }) =>
    as(who)(routes.consentOnPortal, { params: { requestId: id }, body });
  const request = await propose(site);
  for (const who of [operator, actorOf('provider-admin'), actorOf('customer-viewer', site.account)])
    await refusedWith(say(request.id, who), 'forbidden');
  await refusedWith(say(request.id, { ...customer, kind: 'key' }), 'forbidden');
  await refusedWith(say(request.id, actorOf('customer-admin', (await makeSite('not-ours')).account)), 'not_found');
  await refusedWith(say(request.id, customer, { answer: 'no' }), 'malformed');
  await askFor(request);
  const consented = await say(request.id, customer);
  assert.deepEqual(
    [consented.state, consented.consent?.way, consented.consent?.by],
    ['consented', 'portal', customer.name],
  );
  await refusedWith(say(request.id, customer, { answer: 'no', reason: 'too late' }), 'wrong_state');
  assert.equal((await run(request)).state, 'running');
  const declined = await propose(site);
  assert.equal((await say(declined.id, customer, { answer: 'no', reason: '業務影響が大きい' })).state, 'declined');
  await refusedWith(run(declined), 'consent_needed');
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
