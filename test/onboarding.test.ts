import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { TestNetwork, whyNoNetwork } from '@sakimori/agent/test-network';
import { type Client, type Onboarding, Refusal, routes } from '@sakimori/contract';
import { writeOrder } from '@sakimori/manager/onboarding/index';
import { sampleAnswers } from './hearing.ts';
import { joinManager, translated } from './join-manager.ts';
import { sampleOrder } from './orders.ts';
import { changePolicy, type RealAgent, type System, startAgent, startSystem, until, waitForPolicy } from './system.ts';

/**
 * Two hosts: each in a network of its own under a name of its own, with an agent that reaches the manager over the cable alone, by the address that the
 * manager is known by outside.
 */
const skip = whyNoNetwork();
const hostNames = ['web-01', 'web-02'];
const inside = (network: TestNetwork, name: string) => [
  ...['ip', 'netns', 'exec', network.server],
  ...['unshare', '--uts', 'sh', '-c', `hostname ${name} && exec "$@"`, 'sh'],
];

let system: System;
const networks: TestNetwork[] = [];
const relays: Server[] = [];
const agents: RealAgent[] = [];
const folder = mkdtempSync(join(tmpdir(), 'sakimori-onboarding-'));
before(async () => {
  if (skip) return;
  system = await startSystem({ SAKIMORI_AGENTS_NAMES: translated });
  const port = Number(system.agents.split(':').at(-1));
  for (const name of hostNames) {
    const network = new TestNetwork(name.replace('web-', 'on'));
    networks.push(network);
    relays.push(await joinManager(network, join(folder, `${name}.sock`), port));
  }
});
after(async () => {
  for (const agent of agents) await agent.remove();
  for (const relay of relays) relay.close();
  for (const network of networks) await network.remove();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('S35, S36, S37, S38, S39, S40: a customer with two real hosts comes from the order form to the start notice', {
  skip,
}, async () => {
  const { admin } = system;
  const order = sampleOrder({ startsOn: '2026-11-01', orderedOn: '2026-10-20' });
  let onboarding = await admin(routes.createOnboarding, {
    body: { file: writeOrder('ja', order).toString('base64'), name: '注文書.xlsx' },
  });
  const params = { onboardingId: onboarding.id };
  const read = async (): Promise<Onboarding> => {
    onboarding = await admin(routes.getOnboarding, { params, query: {} });
    return onboarding;
  };
  const complete = async (step: 'contract' | 'install' | 'rules') => {
    const { version } = await read();
    onboarding = await admin(routes.completeStep, { params: { ...params, step }, body: { version } });
  };
  const refused = async (work: Promise<unknown>, code: Refusal['code']) =>
    assert.rejects(work, (error) => error instanceof Refusal && error.code === code);

  // A hearing sheet that says something else blocks the issue; the one that agrees lets it through.
  const { id: hearingId } = await admin(routes.createHearing, { body: { customerName: order.customerName } });
  const sheet = async (basedOn: number, plan: string) => {
    const answers = sampleAnswers(order.customerName);
    Object.assign(answers.forms['company']!, { plan, startsOn: order.startsOn });
    const [first] = answers.tables['contacts']!;
    const night = { name: 'Night Desk', mail: 'night@miyako.example', language: 'en', weekly: 'no', monthly: 'no' };
    answers.tables['contacts']!.push({ id: 'r2', cells: { ...first!.cells, ...night, livenessOrder: '2' } });
    await admin(routes.saveHearing, { params: { hearingId }, body: { basedOn, answers, confirm: true } });
    return answers;
  };
  await sheet(0, 'highend');
  await complete('contract');
  const issue = () => admin(routes.issueOnboarding, { params, body: { version: onboarding.version } });
  await refused(issue(), 'hearing_contradicts');
  assert.deepEqual(
    (await read()).contradictions.map(({ code }) => code),
    ['plan'],
  );
  const answers = await sheet(1, order.plan);
  const { secrets } = await issue();
  const { accountId } = await read();
  const { items: contacts } = await admin(routes.listContacts, { params: { accountId: accountId! } });
  const heard = answers.tables['contacts']!.map(({ cells }) => cells['mail']!).sort();
  assert.deepEqual(contacts.map(({ mail }) => mail).sort(), heard, 'recipients equal the sheet');

  // Two hosts by one token, which lets in no third.
  await refused(
    admin(routes.completeStep, { params: { ...params, step: 'install' }, body: { version: onboarding.version } }),
    'step_incomplete',
  );
  for (const [place, name] of hostNames.entries())
    agents.push(
      await startAgent(system, accountId!, inside(networks[place]!, name), undefined, secrets!.enrolmentToken),
    );
  const { hosts } = await read();
  assert.deepEqual(
    hosts.map(({ name, hostId }) => [name, hostId]),
    hostNames.map((name, index) => [name, agents[index]!.hostId]),
  );
  const tokens = await admin(routes.listEnrolmentTokens, { params: { accountId: accountId! } });
  assert.deepEqual(
    tokens.items.map(({ usesMax, usedCount }) => [usesMax, usedCount]),
    [[2, 2]],
  );
  await complete('install');

  // Rules by the sheet: a new version, which both hosts report before the step ends.
  const version = await changePolicy(system, accountId!, (document) => ({
    ...document,
    modules: Object.fromEntries(
      Object.entries(document.modules).map(([name, module]) => [
        name,
        { ...module, state: name === 'integrity' ? 'on' : 'off' },
      ]),
    ) as typeof document.modules,
  }));
  for (const { hostId } of agents) await waitForPolicy(system, hostId);
  await complete('rules');
  assert.deepEqual(
    (await read()).hosts.map(({ assignedVersion, appliedVersion }) => [assignedVersion, appliedVersion]),
    [
      [version, version],
      [version, version],
    ],
  );

  // The gate waits for the recipients.
  const goLive = (who: Client = admin) => who(routes.goLive, { params, body: { version: onboarding.version } });
  await refused(goLive(), 'gate_closed');
  const mails = await until(
    async () => {
      const found = (await system.mails()).filter(({ text }) => text.includes('/confirm-mail#'));
      return found.length === 2 ? found : undefined;
    },
    'no test mails',
    60_000,
  );
  for (const { text } of mails)
    await admin(routes.confirmByLink, { body: { token: /confirm-mail#([\w-]{43})/.exec(text)![1]! } });
  const failed = await until(
    async () => {
      const fails = (await read()).gate.filter(({ result }) => result === 'fail');
      return fails.length === 0 ? fails : undefined;
    },
    'the gate did not open',
    60_000,
  ).catch(() => onboarding.gate);
  assert.deepEqual(failed, []);
  onboarding = await goLive();
  assert.equal(onboarding.state, 'started');
  assert.match(onboarding.startedOn!, /^\d{4}-\d\d-\d\d$/);
  assert.ok(onboarding.steps.every(({ doneAt, doneBy, evidence }) => doneAt && doneBy && evidence.length > 0));
  const notices = await until(
    async () => {
      const found = (await system.mails()).filter(
        ({ text }) => text.includes(onboarding.startedOn!) && text.includes('web-02'),
      );
      return found.length >= 2 ? found : undefined;
    },
    'no start notice',
    60_000,
  );
  const ja = notices.find(({ to }) => to.some((one) => one.includes('yamada@yamato.example')))!;
  const en = notices.find(({ to }) => to.some((one) => one.includes('night@miyako.example')))!;
  assert.match(ja.subject, /ご利用開始のお知らせ/);
  for (const part of [
    /営業日 10:00 ～ 18:00（§7\(4\)）/,
    /24 時間 365 日/,
    /web-01、web-02/,
    /§8\(1\)/,
    /http:\/\/127/,
  ])
    assert.match(ja.text, part);
  assert.match(en.subject, /Start of use/);
  assert.match(en.text, /business days 10:00–18:00/);
  await refused(goLive(), 'wrong_state');
});
