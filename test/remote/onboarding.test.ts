import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Onboarding, type OnboardingStep, Refusal, routes } from '@sakimori/contract';
import { writeOrder } from '@sakimori/manager/onboarding/index';
import { sampleAnswers } from '../hearing.ts';
import { sampleOrder } from '../orders.ts';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { startTwoManagers, type TwoManagers } from './two-managers.ts';

let two: TwoManagers;
const agents: SimulatedAgent[] = [];
before(async () => {
  two = await startTwoManagers();
});
after(async () => {
  for (const agent of agents) agent.kill();
  await two?.stop();
});

test('S36, in part: on the remote backend one action issues the account, its recipients equal the sheet, and the tenant’s computers are the hosts that start', async () => {
  const { admin } = two.ours;
  const order = sampleOrder({ startsOn: '2026-11-01', orderedOn: '2026-10-20' });
  const file = writeOrder('ja', order).toString('base64');
  let onboarding: Onboarding = await admin(routes.createOnboarding, { body: { file, name: '注文書.xlsx' } });
  const params = { onboardingId: onboarding.id };
  const read = async () => (onboarding = await admin(routes.getOnboarding, { params, query: {} }));
  const complete = async (step: OnboardingStep) => {
    const { version } = await read();
    onboarding = await admin(routes.completeStep, { params: { ...params, step }, body: { version } });
  };
  const { id: hearingId } = await admin(routes.createHearing, { body: { customerName: order.customerName } });
  const answers = sampleAnswers(order.customerName);
  Object.assign(answers.forms['company']!, { plan: order.plan, startsOn: order.startsOn });
  await admin(routes.saveHearing, { params: { hearingId }, body: { basedOn: 0, answers, confirm: true } });
  await complete('contract');
  await admin(routes.issueOnboarding, { params, body: { version: onboarding.version } });
  const accountId = (await read()).accountId!;
  const { items: contacts } = await admin(routes.listContacts, { params: { accountId } });
  const heard = answers.tables['contacts']!.map(({ cells }) => cells['mail']!);
  assert.deepEqual(contacts.map(({ mail }) => mail).sort(), heard.sort(), 'recipients equal the sheet');

  const { theirAccountId } = await two.attachTo(accountId, 'miyako');
  const sync = () => admin(routes.syncRemote, { params: { accountId } });
  agents.push(await two.theirs.enrol(theirAccountId, { name: 'web-01' }));
  await (await agents[0]!.heartbeat()).received;
  await sync();
  await assert.rejects(
    complete('install'),
    (error) =>
      error instanceof Refusal && error.code === 'step_incomplete' && /web-02/.test(String(error.facts['missing'])),
  );
  agents.push(await two.theirs.enrol(theirAccountId, { name: 'WEB-02' }));
  await (await agents[1]!.heartbeat()).received;
  await sync();
  const known = (await admin(routes.listRemoteComputers, { params: { accountId } })).items;
  assert.deepEqual(
    (await read()).hosts.map(({ name, hostId, online, policyName, findings }) => [
      name,
      hostId,
      online,
      policyName,
      findings,
    ]),
    known
      .sort((one, other) => one.number - other.number)
      .map(({ hostId }, index) => [['web-01', 'web-02'][index], hostId, true, 'Linux Server', []]),
  );
  await complete('install');
  await complete('rules');

  const letters = await two.ours.letters(accountId);
  const tokens = letters.flatMap(({ body_text: text }) => /confirm-mail#([\w-]{43})/.exec(text)?.[1] ?? []);
  assert.equal(tokens.length, contacts.length, 'each recipient has a test mail');
  for (const token of tokens) await admin(routes.confirmByLink, { body: { token } });
  const { gate, version } = await read();
  assert.deepEqual(
    gate.filter(({ result }) => result === 'fail'),
    [],
  );
  assert.equal((await admin(routes.goLive, { params, body: { version } })).state, 'started');
});
