import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import { until } from '../system.ts';
import type { Driver } from './driver.ts';
import { onceNow, outcome } from './task-runs.ts';

/** Scheduled tasks that write mails. */
let here: ManagerInProcess;
before(async () => {
  here = await startManagerInProcess();
});
after(() => here?.stop());

async function makeRecipients(api: Driver) {
  const person = (username: string, emailAddress: string, locale: string) => ({
    ...{ username, password: 'Correct-horse-7-battery', roleID: 1, emailAddress, locale },
  });
  const ja = await api.call('createAdministrator', {}, { body: person('hanako', 'hanako@example.jp', 'ja-JP') });
  await api.call('createAdministrator', {}, { body: person('twin', 'HANAKO@example.jp', 'ja-JP') });
  const contact = { name: 'Bob', emailAddress: 'bob@example.com', locale: 'en-US', roleID: 2 };
  const en = await api.call('createContact', {}, { body: contact });
  return { administratorIDs: [ja['ID']], contactIDs: [en['ID']] };
}

test('a summary of open alerts goes to administrators and contacts, to each once and in their language', async () => {
  const { api, accountId } = await here.makeAccount('summary');
  const recipients = await makeRecipients(api);
  const agent = await here.enrol(accountId, { name: 'web-01' });
  await agent.sendDetections([
    agent.makeDetection({ severity: 'high' }),
    agent.makeDetection({ severity: 'medium', subject: '/etc/shadow' }),
  ]);
  const body = (name: string, to: ApiObject) => ({
    ...{ name, type: 'send-alert-summary', ...onceNow, sendAlertSummaryTaskParameters: { recipients: to } },
  });
  await api.call('createScheduledTask', {}, { body: body('named', recipients) });
  assert.deepEqual((await outcome(here, accountId, 'named')).facts['letters'], 2);
  const letters = (await here.letters(accountId)).filter(({ subject }) => !/report/i.test(subject));
  const [ja, en] = ['ja', 'en'].map((language) => letters.find((letter) => letter.language === language)!);
  assert.deepEqual([ja!.recipient, en!.recipient], ['hanako@example.jp', 'bob@example.com']);
  assert.match(ja!.subject, /未完了アラート.*2 件/);
  assert.match(
    ja!.body_text,
    /summary Inc\. ご担当者様[\s\S]*未完了のアラートが 2 件[\s\S]*重要度「高」：1 件[\s\S]*web-01[\s\S]*\/alerts/,
  );
  assert.match(en!.subject, /Open alerts: 2/);
  assert.match(en!.body_text, /2 alerts are open\.[\s\S]*#1 \[/);
  await api.call('createScheduledTask', {}, { body: body('all', { allAdministratorsAndContacts: true }) });
  assert.deepEqual((await outcome(here, accountId, 'all')).facts['letters'], 2);
  const nobody = await here.makeAccount('summary of nobody');
  await nobody.api.call('createScheduledTask', {}, { body: body('nobody', { allAdministratorsAndContacts: true }) });
  assert.match(String((await outcome(here, nobody.accountId, 'nobody')).facts['reason']), /mail address/);
});

const generate = (kind: 'monthly' | 'weekly', recipients: ApiObject): ApiObject => ({
  ...{ name: kind, type: 'generate-report', ...onceNow },
  generateReportTaskParameters: {
    ...{ reportTemplateID: kind === 'monthly' ? 1 : 2, format: kind === 'monthly' ? 'pdf' : 'html', recipients },
    timeRange: { units: kind === 'monthly' ? 'month' : 'week', value: 1 },
  },
});

for (const [kind, plan, attached] of [
  ['monthly', 'highend', 1],
  ['weekly', 'advanced', 0],
] as const)
  test(`S85, in part: a task composes the ${kind} report of the last whole period and mails it`, async () => {
    const { api, accountId } = await here.makeAccount(`reports ${kind}`, plan);
    const body = generate(kind, await makeRecipients(api));
    await api.call('createScheduledTask', {}, { body });
    assert.deepEqual((await outcome(here, accountId, kind)).facts['recipients'], 2);
    const sent = await until(
      async () => (await here.audit(accountId, 'report.sent')).find(({ facts }) => facts['kind'] === kind),
      `the ${kind} report was not sent`,
      30_000,
    );
    assert.deepEqual(sent.facts['to'], ['hanako@example.jp', 'bob@example.com']);
    const letters = await here.letters(accountId);
    assert.deepEqual(letters.map(({ language, attachments }) => [language, attachments.length]).sort(), [
      ['en', attached],
      ['ja', attached],
    ]);
    assert.deepEqual(await here.audit(accountId, 'task.failed'), []);
  });

test('S82, in part: a report that the SOC signs does not leave by a task', async () => {
  const { api, accountId } = await here.makeAccount('reports of the SOC', 'highend');
  await api.call('createScheduledTask', {}, { body: generate('weekly', await makeRecipients(api)) });
  const [refused] = await until(
    async () => {
      const failed = await here.audit(accountId, 'task.failed');
      return failed.length > 0 ? failed : undefined;
    },
    'the task was not refused',
    30_000,
  );
  assert.match(String(refused!.facts['reason']), /leaves only signed \(by: the SOC/);
  assert.deepEqual(await here.letters(accountId), []);
});
