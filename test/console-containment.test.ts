import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { routes } from '@sakimori/contract';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser, type Visit, visit, whyNoBrowser } from './browser.ts';
import { SimulatedAgent } from './simulated-agent.ts';
import { makeAccount, type System, startSystem, until } from './system.ts';

/**
 * What people do against an attack, on the pages: isolate, stop, block, decide about proposals. The host is a simulated one: nothing of what is asked
 * here may ever reach the machine of the test.
 */
const pictures = process.env['SAKIMORI_TEST_PICTURES'];
const password = 'a long and lonely watch';
const attacker = '203.0.113.7';
let system: System;
let accountId: string;
let agent: SimulatedAgent;
let browser: Browser;
let operator: Visit;

const picture = async (page: Page, name: string) => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};
const region = (page: Page, name: string): Locator => page.getByRole('region', { name });
const tasks = async () =>
  (await system.admin(routes.listHostTasks, { params: { hostId: agent.hostId } })).items.map(({ kind }) => kind);

describe('containment in the console', { skip: whyNoBrowser() ?? false }, () => {
  before(async () => {
    system = await startSystem();
    accountId = await makeAccount(system, 'contained', ['ja']);
    const { token } = await system.admin(routes.createEnrolmentToken, { params: { accountId }, body: {} });
    agent = await SimulatedAgent.enrol(token);
    const until = new Date(Date.now() + 45 * 60_000).toISOString();
    const notes = [
      { code: 'firewall_source_blocked', facts: { source: '198.51.100.23', until, reason: '不正ログイン' } },
    ];
    await agent.heartbeat({
      modules: [{ module: 'firewall', state: 'active', causes: [], notes, figures: { sourceBlocks: 1 } }],
    });
    const one = () =>
      agent.makeDetection({
        ...{ module: 'intrusion', kind: 'intrusion.matched', rule: { id: '7', name: 'SQL injection' } },
        ...{ source: { address: attacker } },
      });
    await agent.sendDetections(Array.from({ length: 12 }, one));
    browser = await launchBrowser();
    operator = await visit(browser);
    const { page } = operator;
    await page.goto(system.signInLink);
    await page.getByLabel('新しいパスワード *', { exact: true }).fill(password);
    await page.getByLabel('新しいパスワード（確認）').fill(password);
    await page.getByRole('button', { name: 'パスワードを設定' }).click();
    await page.getByRole('button', { name: '後で設定する' }).click();
    await page.goto(`${system.console.replace(/\/$/, '')}/hosts/${agent.hostId}`);
  });
  after(async () => {
    await browser?.close();
    agent?.kill();
    await system?.stop();
  });

  test('S74: a host is isolated by its dialog, with a reason, for a time', async () => {
    const { page } = operator;
    await region(page, 'タスク').getByRole('button', { name: '隔離…' }).click();
    const dialog = page.getByRole('dialog', { name: 'ホストの隔離' });
    const submit = dialog.getByRole('button', { name: '隔離を依頼' });
    assert.ok(await submit.isDisabled());
    await dialog.getByLabel('理由').fill('ランサムウェアの感染');
    await picture(page, 'isolate-ja');
    await submit.click();
    await region(page, 'タスク').getByRole('row').filter({ hasText: 'ホストの隔離' }).waitFor();
    assert.deepEqual(await tasks(), ['isolate']);
  });

  test('S74: a host is stopped only when its name is typed once more', async () => {
    const { page } = operator;
    await region(page, 'タスク').getByRole('button', { name: '停止…' }).click();
    const dialog = page.getByRole('dialog', { name: 'ホストの停止' });
    const submit = dialog.getByRole('button', { name: '停止を依頼' });
    await dialog.getByLabel('理由').fill('ランサムウェアの感染');
    await dialog.getByLabel(/確認のため/).fill('web-02');
    assert.ok(await submit.isDisabled());
    await dialog.getByLabel(/確認のため/).fill('web-01');
    await picture(page, 'stop-ja');
    await submit.click();
    await region(page, 'タスク').getByRole('row').filter({ hasText: 'ホストの停止' }).waitFor();
  });

  test('S75: what is blocked stands there with its end, and a proposal with its evidence is accepted', async () => {
    const { page } = operator;
    await region(page, '遮断中の送信元').getByText('198.51.100.23').waitFor();
    const proposals = region(page, '遮断の提案');
    await proposals.getByText(attacker, { exact: true }).waitFor();
    await proposals.getByText('根拠となった検出').click();
    await proposals
      .getByText(/SQL injection/)
      .first()
      .waitFor();
    await picture(page, 'host-ja');
    await proposals.getByRole('button', { name: '承認…' }).click();
    const dialog = page.getByRole('dialog', { name: '送信元の遮断' });
    await dialog.getByLabel('理由').fill('お客様と電話で合意');
    await picture(page, 'accept-ja');
    await dialog.getByRole('button', { name: '遮断を依頼' }).click();
    await proposals.waitFor({ state: 'detached' });
    await until(async () => ((await tasks()).includes('block-source') ? true : undefined), 'no task');
  });

  test('S75: a source is blocked by hand in English; the manager says no to what is never blocked', async () => {
    const { page } = operator;
    await page.getByText('English', { exact: true }).click();
    const card = region(page, 'Blocked sources');
    await card.getByRole('button', { name: 'Settings…' }).click();
    const settings = page.getByRole('dialog', { name: 'Settings for blocked sources' });
    await settings.getByLabel('Never blocked').fill('192.0.2.0/24');
    await picture(page, 'settings-en');
    await settings.getByRole('button', { name: 'Save' }).click();
    await settings.waitFor({ state: 'detached' });
    await card.getByRole('button', { name: 'Block a source…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Block of a source' });
    await dialog.getByRole('textbox', { name: /^Source/ }).fill('192.0.2.66');
    await dialog.getByLabel('Reason').fill('scans');
    await dialog.getByRole('button', { name: 'Ask to block' }).click();
    await dialog.getByText(/192\.0\.2\.0\/24 is never blocked/).waitFor();
    await picture(page, 'block-en');
    await dialog.getByRole('textbox', { name: /^Source/ }).fill('203.0.113.66');
    await dialog.getByRole('button', { name: 'Ask to block' }).click();
    await dialog.waitFor({ state: 'detached' });
    await region(page, 'Tasks').getByRole('button', { name: 'Isolate…' }).click();
    await page.getByRole('dialog', { name: 'Isolate the host' }).waitFor();
    await picture(page, 'isolate-en');
    await page.keyboard.press('Escape');
    await picture(page, 'host-en');
    assert.deepEqual(operator.faults, []);
  });

  test('S73: where consent is demanded a playbook is proposed, the customer consents on their page with the code of another mail, and it runs', async () => {
    const { page } = operator;
    await system.admin(routes.putContainmentSetting, {
      params: { accountId },
      body: { fourEyes: false, alwaysConsent: true, contactIds: [] },
    });
    await page.getByText('日本語', { exact: true }).click();
    await page.reload();
    const card = region(page, 'タスク');
    await card.getByRole('button', { name: '封じ込め…' }).click();
    assert.equal(await card.getByRole('button', { name: '隔離…' }).count(), 0);
    const dialog = page.getByRole('dialog', { name: '封じ込めの提案' });
    await dialog.getByText('お客様の同意が必要です').waitFor();
    await dialog.getByRole('textbox', { name: '理由' }).fill('ランサムウェアの感染の疑い');
    await picture(page, 'propose-ja');
    await dialog.getByRole('button', { name: '提案する' }).click();
    const request = page.getByRole('article').first();
    await request.getByText('提案中').waitFor();
    assert.equal(await request.getByRole('button', { name: '実行…' }).count(), 0);
    await request.getByRole('button', { name: 'メールで同意を依頼' }).click();
    await request.getByText('お客様の回答待ち').waitFor();
    const mailWith = (words: RegExp) =>
      until(
        async () =>
          (await system.mails()).map(({ text }) => words.exec(text)?.[1]).find((found) => found !== undefined),
        'no mail',
      );
    const link = await mailWith(/(http\S+\/consent#[\w-]+)/);
    const customer = await visit(browser);
    await customer.page.goto(link);
    await customer.page.getByText('ランサムウェアの感染の疑い').waitFor();
    await picture(customer.page, 'consent-ja');
    await customer.page.getByRole('button', { name: '確認コードを送信' }).click();
    const code = await mailWith(/^(\d{6})\s*$/m);
    await customer.page.getByLabel('確認コード（6 桁）').fill(code);
    await picture(customer.page, 'consent-code-ja');
    await customer.page.getByRole('button', { name: '実施に同意する' }).click();
    await customer.page.getByText('ご同意を承りました').waitFor();
    await customer.page.getByText('English', { exact: true }).click();
    await customer.page.getByText('Your consent is on record').waitFor();
    await picture(customer.page, 'consented-en');
    await request.getByText('実行待ち').waitFor();
    await request.getByRole('button', { name: '実行…' }).click();
    await page.getByRole('dialog', { name: '封じ込めの実行' }).getByRole('button', { name: '実行する' }).click();
    await request.getByText('実行中', { exact: true }).waitFor();
    await picture(page, 'containment-ja');
    await page.getByText('English', { exact: true }).click();
    await request.getByText('Running', { exact: true }).waitFor();
    await request.getByText('History').click();
    await picture(page, 'containment-en');
    assert.deepEqual([...operator.faults, ...customer.faults], []);
  });
});
