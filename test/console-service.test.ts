import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type PhraseKey, phrase, routes } from '@sakimori/contract';
import type { Browser, Page } from 'playwright-core';
import { buildConsole } from '../cli/src/up/console-build.ts';
import { launchBrowser, type Visit, visit, whyNoBrowser } from './browser.ts';
import { type Attached, startTwoManagers, type TwoManagers } from './remote/two-managers.ts';
import type { SimulatedAgent } from './simulated-agent.ts';
import { until } from './system.ts';

/** What the service manager and the operator do in the console: meetings, the board of reports, and a customer’s own tenant with a change in it. */
const pictures = process.env['SAKIMORI_TEST_PICTURES'];
const password = 'a long and lonely watch';
let two: TwoManagers;
let browser: Browser;
let person: Visit;
let attached: Attached;
let advanced = '';
const agents: SimulatedAgent[] = [];

const ja = (key: PhraseKey, facts: object = {}) => phrase('ja', key, facts as never);
const page = (): Page => person.page;
const goTo = (path: string) => page().goto(`${two.ours.manager.consoleUrl}${path}`);
const button = (key: PhraseKey) => page().getByRole('button', { name: ja(key), exact: true });
/** Both languages of what stands there. */
async function look(name: string): Promise<void> {
  if (!pictures) return;
  await page().waitForLoadState('networkidle');
  await page().screenshot({ path: join(pictures, `${name}-ja.png`), fullPage: true });
  await page().getByText('English', { exact: true }).first().click();
  await page().waitForLoadState('networkidle');
  await page().screenshot({ path: join(pictures, `${name}-en.png`), fullPage: true });
  await page().getByText('日本語', { exact: true }).first().click();
}
/** Confirms what the button that opened the dialog asks. */
async function confirm(key: PhraseKey): Promise<void> {
  await button(key).first().click();
  await page()
    .getByRole('dialog')
    .getByRole('button', { name: ja(key), exact: true })
    .click();
  await page().getByRole('dialog').waitFor({ state: 'detached' });
}
/** Five minutes past the next Monday in Japan, when drafts of the week are there. */
function goToMonday(): void {
  const now = Temporal.Instant.fromEpochMilliseconds(two.ours.clock.now().getTime()).toZonedDateTimeISO('Asia/Tokyo');
  const monday = now.toPlainDate().add({ days: 8 - now.dayOfWeek });
  const at = monday.toZonedDateTime({ timeZone: 'Asia/Tokyo', plainTime: '00:06' });
  for (const { clock } of [two.ours, two.theirs]) clock.set(new Date(at.epochMilliseconds).toISOString());
}
const dayAhead = (days: number) =>
  new Date(two.ours.clock.now().getTime() + days * 86_400_000 + 9 * 3_600_000).toISOString().slice(0, 10);

describe('the service in the console', { skip: whyNoBrowser() ?? false }, () => {
  before(async () => {
    await buildConsole();
    two = await startTwoManagers();
    attached = await two.attach('大和', 'ruling', 'highend');
    const { accountId } = attached;
    // Reports of a High-end customer are the SOC's to sign; the provider signs those of an Advanced one.
    ({ accountId: advanced } = await two.ours.makeAccount('武蔵', 'advanced'));
    for (const [params, mail] of [
      [{ accountId }, 'sato@yamato.example'],
      [{ accountId: advanced }, 'sato@musashi.example'],
    ] as const)
      await two.ours.admin(routes.createContact, {
        params,
        body: {
          ...{ name: '佐藤 花子', reading: 'さとう はなこ', mail, language: 'ja' },
          purposes: ['alerts', 'weekly', 'monthly'],
        },
      });
    agents.push(await two.theirs.enrol(attached.theirAccountId, { name: 'web-01' }));
    await (await agents[0]!.heartbeat()).received;
    goToMonday();
    await two.ours.admin(routes.syncRemote, { params: { accountId } });
    browser = await launchBrowser();
    person = await visit(browser);
    const [admin] = (await two.ours.admin(routes.listPeople)).items;
    const { link } = await two.ours.admin(routes.issueLink, { params: { personId: admin!.id } });
    await page().goto(link);
    await page().getByLabel('新しいパスワード *', { exact: true }).fill(password);
    await page().getByLabel('新しいパスワード（確認）').fill(password);
    await page().getByRole('button', { name: 'パスワードを設定' }).click();
    await page().getByRole('button', { name: '後で設定する' }).click();
  });
  after(async () => {
    await browser?.close();
    for (const agent of agents) agent.kill();
    await two?.stop();
  });

  test('S92, S94, in part: a meeting is arranged in the console, which says while it is typed what date and place mean, and confirmed with invitations', async () => {
    await goTo('/meetings');
    await look('meetings-none');
    await button('console.meetings.book').click();
    const dialog = page().getByRole('dialog');
    await dialog.getByLabel(ja('console.account'), { exact: false }).first().click();
    await page().getByRole('option', { name: '大和' }).click();
    await dialog.getByLabel(ja('console.meetings.name'), { exact: false }).fill('第1回 定期報告会');
    await dialog.getByLabel(ja('console.meetings.day'), { exact: false }).fill(dayAhead(3));
    await dialog.getByLabel(ja('console.meetings.place'), { exact: false }).fill('東京都千代田区丸の内1-1-1');
    await dialog.getByLabel(ja('console.meetings.lateReason'), { exact: false }).waitFor();
    if (pictures) await page().screenshot({ path: join(pictures, 'meeting-form-ja.png') });
    await dialog.getByLabel(ja('console.meetings.day'), { exact: false }).fill(dayAhead(30));
    await dialog.getByLabel(ja('console.meetings.lateReason'), { exact: false }).waitFor({ state: 'detached' });
    await dialog.getByLabel(ja('console.meetings.customerSide')).click();
    await page()
      .getByRole('option', { name: /佐藤 花子/ })
      .click();
    await page().keyboard.press('Escape');
    await dialog.getByLabel(ja('console.meetings.agenda')).fill('1. 期間の概要\n2. ご質問');
    await dialog.getByRole('button', { name: ja('console.meetings.book') }).click();
    await dialog.waitFor({ state: 'detached' });
    await page()
      .getByRole('link', { name: /第1回 定期報告会/ })
      .click();
    await confirm('console.meetings.confirm');
    await page().getByText(ja('meetingState.confirmed'), { exact: true }).first().waitFor();
    await look('meeting');
    const invited = await until(
      async () =>
        (await two.ours.letters(attached.accountId)).find(({ subject }) => subject.includes('第1回 定期報告会')),
      'nobody was invited',
    );
    assert.equal(invited.recipient, 'sato@yamato.example');
  });

  test('S77, S84, in part: the week’s draft stands on the board with its day, is signed with one button, and is delivered', async () => {
    await two.ours.manager.runTicks();
    const { items } = await until(
      async () => {
        const board = await two.ours.admin(routes.listReportIssues, { query: { show: 'unsent' } });
        return board.items.some(({ accountId, state }) => accountId === advanced && state !== 'awaited')
          ? board
          : undefined;
      },
      'there is no draft',
      60_000,
    );
    const issue = items.find(({ accountId }) => accountId === advanced)!;
    await goTo('/report-board');
    await page().getByText(issue.dueDay.replaceAll('-', '/')).first().waitFor();
    await look('board');
    await page().getByRole('link', { name: /大和/ }).first().click();
    await page()
      .getByText(ja('console.signoff.signedBy', { party: ja('reportParty.soc') }))
      .waitFor();
    await page().goBack();
    await page().getByRole('link', { name: /武蔵/ }).first().click();
    await page().getByText(ja('console.signoff.noSignatures')).waitFor();
    await look('issue');
    await confirm('console.signoff.sign');
    await page().getByText(ja('issueState.sent'), { exact: true }).first().waitFor({ timeout: 30_000 });
    await look('issue-sent');
    await goTo('/reports');
    await look('reports');
  });

  test('S25, S54, in part: a tenant of the customer’s is looked at, fetched anew, and its policy is changed by a request with its preview', async () => {
    const { accountId } = attached;
    await goTo(`/remote?account=${accountId}`);
    await page().getByText('web-01').first().waitFor();
    await page().getByText(ja('console.remote.tasksNone')).waitFor();
    // What the customer does in its own console stands here once it is fetched.
    const task = {
      ...{ name: '毎週の変更スキャン', type: 'scan-for-integrity-changes', enabled: true },
      scanForIntegrityChangesTaskParameters: { computerFilter: { type: 'all-computers' } },
      scheduleDetails: {
        ...{ timeZone: 'Asia/Tokyo', recurrenceType: 'weekly' },
        weeklyScheduleParameters: { startTime: 10_800_000, interval: 1, days: ['sunday'] },
      },
    };
    await attached.tenant.call('createScheduledTask', {}, { body: task });
    await confirm('console.remote.sync');
    await page().getByText(task.name).waitFor();
    await look('remote');
    const [policy] = (await two.ours.admin(routes.listRemotePolicies, { params: { accountId } })).items;
    const { id } = await two.ours.admin(routes.createChange, {
      params: { accountId },
      body: {
        ...{ reason: '別の製品を利用するため', requester: '佐藤 花子' },
        wish: { kind: 'policy', policyId: policy!.number, modules: { integrityMonitoring: 'off' } },
      },
    });
    await goTo('/changes');
    await page().getByText(policy!.name).first().waitFor();
    await look('changes');
    await goTo(`/changes/${id}`);
    await page().getByText('integrityMonitoring.state').first().waitFor();
    await look('change');
  });

  test('nothing that the console did was a fault', () => {
    assert.deepEqual(person.faults, []);
  });
});
