import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ChangeWish, changeKinds, features, type Plan, plans, routes } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import { type ChangesDesk, operator, startChangesDesk } from '../../../test/changes-desk.ts';
import { addContact } from '../../../test/notices.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { sql } from '../platform/index.ts';

const [old, fresh] = [`0.1.0-${'a'.repeat(16)}`, `0.2.0-${'b'.repeat(16)}`];
const release = {
  ...{ build: fresh, version: '0.2.0', architecture: 'x86_64' },
  files: { 'sakimori-agent.deb': { sha256: 'd'.repeat(64), bytes: 7 } },
};
let desk: ChangesDesk;
before(async () => {
  desk = await startChangesDesk({
    software: { current: async () => release, read: (build) => (build === fresh ? release : undefined) },
  });
});
after(() => desk.door.stop());

type Place = { accountId: string; agent: SimulatedAgent; policyId: number; contactId: string };
/** An account of a plan with one host, whose intrusion prevention prevents. */
async function accountOf(plan: Plan): Promise<Place> {
  const { platform } = desk.door;
  const accountId = await desk.door.makeAccount(`Of ${plan}`);
  await platform.database.asProvider((tx) =>
    tx.run(sql`update customers_account set plan = ${plan} where tenant_id = ${accountId}`),
  );
  const contactId = await addContact(platform, accountId, `old@${plan}.example`);
  const agent = await desk.door.enrolAgent(accountId, { name: `web-${plan}`, agentBuild: old });
  const [computer] = (await desk.perform(accountId, 'listComputers'))['computers'] as { policyID: number }[];
  const policyId = computer!.policyID;
  const body = { intrusionPrevention: { state: 'prevent', ruleIDs: [1001] } };
  await desk.perform(accountId, 'modifyPolicy', { params: { policyID: policyId }, body });
  await desk.keep(agent);
  return { accountId, agent, policyId, contactId };
}

const until = () => new Date(desk.door.platform.clock.now().getTime() + 3_600_000).toISOString();
const wishes: Readonly<Record<ChangeWish['kind'], (place: Place) => ChangeWish>> = {
  mode: ({ agent }) => ({ kind: 'mode', hostId: agent.hostId, mode: 'detect', until: until() }),
  exclusion: ({ agent }) => ({
    ...{ kind: 'exclusion', hostId: agent.hostId, until: until() },
    what: { module: 'integrity', paths: ['/etc/app/cache'] },
  }),
  task: () => ({
    kind: 'task',
    task: {
      ...{ name: 'Monthly', type: 'scan-for-integrity-changes' },
      scanForIntegrityChangesTaskParameters: { computerFilter: { type: 'all-computers' } },
      scheduleDetails: {
        ...{ timeZone: 'Asia/Tokyo', recurrenceType: 'monthly' },
        monthlyScheduleParameters: {
          ...{ startTime: 64_800_000, frequencyType: 'custom', weekOfMonth: 'first', dayOfWeek: 'sunday' },
        },
      },
    },
  }),
  recipients: ({ contactId }) => ({
    kind: 'recipients',
    steps: [{ deed: 'replace', contactId, mail: 'new@customer.example', name: '新任', language: 'ja' }],
  }),
  policy: ({ policyId }) => ({ kind: 'policy', policyId, modules: { integrityMonitoring: 'off' } }),
  agent: () => ({ kind: 'agent', upgrade: { rings: [{}], failuresMax: 0, healthMinutes: 10 } }),
};

test('S28: each of the six basic changes is carried out under every plan without a quote; an exclusion of a Standard customer is not marked chargeable', async () => {
  const as = desk.door.service.as(operator);
  assert.deepEqual(Object.keys(wishes).sort(), [...changeKinds].sort());
  for (const plan of plans) {
    const place = await accountOf(plan);
    const { accountId, agent } = place;
    for (const [kind, wish] of Object.entries(wishes)) {
      const asked = await desk.ask(accountId, wish(place));
      assert.deepEqual([asked.state, asked.isChargeable], ['proposed', false], `${kind} under ${plan}`);
      await desk.approve(asked.id);
      await desk.apply(asked.id);
      await desk.keep(agent);
      await desk.advance();
      const done = await desk.show(asked.id);
      // The plan of an update goes on, ring by ring, until the hosts say that they run the new build.
      assert.equal(done.state, kind === 'agent' ? 'verifying' : 'done', `${kind} under ${plan}`);
      assert.equal(done.isChargeable, false);
    }
    for (const feature of features.filter((one) => one.startsWith('change.')))
      await refusedWith(
        as(routes.createQuote, {
          params: { accountId },
          body: { feature, title: 'x', unitYen: 1, validUntil: '2027-03-31' },
        }),
        'included_in_plan',
      );
    assert.deepEqual((await as(routes.listQuotes, { query: { accountId } })).items, []);
  }
  const month = desk.door.platform.clock.now().toISOString().slice(0, 7);
  const { items } = await as(routes.listBillingLines, { query: { month } });
  assert.deepEqual(items, [], 'nothing of it is billed');
});
