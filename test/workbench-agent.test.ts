import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { makeAccount, type RealAgent, type System, startAgent, startSystem, until } from './system.ts';

/** A rule from the workbench on a real agent: it hits in detect mode and alerts nobody; promoted, it opens an alert. */
let system: System;
let agent: RealAgent;
let accountId: string;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-workbench-agent-'));

before(async () => {
  mkdirSync(join(folder, 'shop'));
  system = await startSystem();
  accountId = await makeAccount(system, 'bench', ['ja'], 'highend');
  agent = await startAgent(system, accountId);
});
after(async () => {
  await agent?.remove();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('S97, in part: a rule in detect mode hits on a real agent and opens no alert; promoted, it opens one', async () => {
  const { operator } = system;
  const ticketBody = { kind: 'consulting' as const, subject: '改ざん検知', text: 'お願いします', callerName: '佐藤' };
  const ticket = await operator(routes.createTicket, { params: { accountId }, body: ticketBody });
  const text = `<FileSet base="${join(folder, 'shop')}" onChange="true">\n  <include key="**.php"/>\n</FileSet>\n`;
  const made = await operator(routes.createRuleDraft, {
    params: { accountId },
    body: { module: 'integrityMonitoring', name: '店舗サイト', text, severity: 'high', ticketId: ticket.id },
  });
  assert.deepEqual(made.check.faults, []);
  const on = { params: { draftId: made.id } };
  const reason = 'asked by Mr Sato';
  await operator(routes.tryRuleDraft, { ...on, body: { on: 'stored' } });
  const { items } = await operator(routes.listRuleTargets, on);
  const target = items.find(({ kind }) => kind === 'computer')!;
  const staged = await operator(routes.stageRuleDraft, { ...on, body: { version: 1, targets: [target], reason } });
  const ruleId = `integrity.${staged.ruleId}`;
  const found = (name: string, severity: string) =>
    until(
      async () => {
        // Until the agent has the rule, and again: a file that was there before it is part of the baseline.
        writeFileSync(join(folder, 'shop', `${name}-${Math.random()}.php`), name);
        const { items: all } = await operator(routes.listDetections, { query: { accountId, module: 'integrity' } });
        return all.find(({ rule, severity: is }) => rule.id === ruleId && is === severity);
      },
      `${name}: the rule does not hit`,
      60_000,
    );
  await found('staged', 'low');
  const alerts = async () =>
    (await operator(routes.listAlerts, { query: { accountId } })).items.filter((alert) => alert.ruleId === ruleId);
  assert.deepEqual(await alerts(), []);
  await operator(routes.promoteRuleDraft, { ...on, body: { version: 1, reason: 'three quiet days' } });
  await found('promoted', 'high');
  await until(async () => ((await alerts()).length > 0 ? true : undefined), 'no alert', 20_000);
  // What was hit in detect mode is what the look at stored detections finds now.
  const again = await operator(routes.tryRuleDraft, { ...on, body: { on: 'stored' } });
  assert.ok(again.hits >= 2, JSON.stringify(again));
  const withdrawn = await operator(routes.withdrawRuleDraft, { ...on, body: { reason: 'no longer needed' } });
  assert.deepEqual([withdrawn.state, withdrawn.steps.length], ['withdrawn', 3]);
});
