import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '@sakimori/contract';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type Visit, visit, whyNoBrowser } from './browser.ts';
import { makeAccount, type RealAgent, type System, startAgent, startSystem, until } from './system.ts';

/** The page of a host: what a person asks of it, and what stands on it, with a real agent behind. */
const password = 'a long and lonely watch';
let system: System;
let accountId: string;
let agent: RealAgent;
let browser: Browser;
let operator: Visit;

/** Signs in by a one-time link and opens the host's page. */
async function enter(link: string, size?: { width: number; height: number }): Promise<Visit> {
  const visitor = await visit(browser, size);
  const { page } = visitor;
  await page.goto(link);
  await page.getByLabel('新しいパスワード *', { exact: true }).fill(password);
  await page.getByLabel('新しいパスワード（確認）').fill(password);
  await page.getByRole('button', { name: 'パスワードを設定' }).click();
  await page.getByRole('button', { name: '後で設定する' }).click();
  await page.goto(`${system.console.replace(/\/$/, '')}/hosts/${agent.hostId}`);
  return visitor;
}
const tasksOf = (page: Page) => page.getByRole('region', { name: 'タスク' });
const inventoryOf = (page: Page) => page.getByRole('region', { name: 'インベントリ' });

describe('tasks and inventory in the console', { skip: whyNoBrowser() ?? false }, () => {
  before(async () => {
    system = await startSystem();
    accountId = await makeAccount(system, 'asked', ['ja']);
    agent = await startAgent(system, accountId);
    browser = await launchBrowser();
    operator = await enter(system.signInLink);
  });
  after(async () => {
    await browser?.close();
    await agent?.remove();
    await system?.stop();
  });

  test('a scan is asked for by its button, and its end appears without a reload', async () => {
    const { page } = operator;
    const tasks = tasksOf(page);
    await tasks.getByText('タスクはまだありません').waitFor();
    await page.evaluate('window.sameDocument = true');
    await tasks.getByRole('button', { name: '今すぐ検索' }).click();
    await page.getByRole('menuitem', { name: 'ファイル変更の検索' }).click();
    const row = tasks.getByRole('row').filter({ hasText: 'ファイル変更の検索' });
    await row.getByText('完了', { exact: true }).waitFor();
    await row.getByText(/files compared/).waitFor();
    assert.equal(await page.evaluate('window.sameDocument'), true);
  });

  test('S7, in part: a new baseline is asked for with a reason alone, which stands in the list and in the audit', async () => {
    const { page } = operator;
    const tasks = tasksOf(page);
    await tasks.getByRole('button', { name: 'ベースラインを再作成…' }).click();
    const dialog = page.getByRole('dialog', { name: 'ベースラインの再作成' });
    const submit = dialog.getByRole('button', { name: '再作成を依頼' });
    assert.ok(await submit.isDisabled());
    await dialog.getByLabel('理由').fill('   ');
    assert.ok(await submit.isDisabled());
    await dialog.getByLabel('理由').fill('月次の更新');
    await submit.click();
    const row = tasks.getByRole('row').filter({ hasText: 'ベースラインの再作成' });
    await row.getByText('理由：月次の更新').waitFor();
    await row.getByText('完了', { exact: true }).waitFor();
    const { items } = await system.admin(routes.listAudit, { query: { target: `host:${agent.hostId}` } });
    assert.ok(items.some(({ action, facts }) => action === 'host.task_given' && facts['reason'] === '月次の更新'));
    await page.getByText('変更監視ベースラインの再作成').first().waitFor();
  });

  test('the inventory shows packages, which a name narrows, open ports and interfaces', async () => {
    const inventory = inventoryOf(operator.page);
    const stored = await until(
      async () =>
        (await system.admin(routes.getHostInventory, { params: { hostId: agent.hostId } })).inventory ?? undefined,
      'no inventory came',
    );
    const [wanted] = stored.packages;
    if (wanted) {
      await inventory.getByLabel('パッケージ名で絞り込み').fill(wanted.name.toUpperCase());
      await inventory.getByRole('cell', { name: wanted.version, exact: true }).first().waitFor();
      await inventory.getByLabel('パッケージ名で絞り込み').fill('no such package');
      await inventory.getByText('該当するパッケージは 0件です').waitFor();
    }
    await inventory.getByText(/^待ち受けポート \d/).click();
    const port = stored.services[0];
    if (port) await inventory.getByText(`${port.protocol}/${port.port}`, { exact: true }).first().waitFor();
    await inventory.getByText(/^インターフェース \d/).click();
    for (const { name } of stored.interfaces.slice(0, 3))
      await inventory.getByRole('cell', { name, exact: true }).first().waitFor();
    assert.deepEqual(operator.faults, []);
  });

  test('a customer sees both on a phone in either language, and has no buttons to ask', async () => {
    const { link } = await system.admin(routes.createPerson, {
      body: { name: '閲覧 太郎', mail: 'viewer@asked.example', role: 'customer-viewer', accountId },
    });
    const { page, context, faults } = await enter(link, { width: 360, height: 780 });
    await tasksOf(page).getByText('月次の更新').waitFor();
    await inventoryOf(page).waitFor();
    const isWithin = async () => assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 360);
    await isWithin();
    assert.equal(
      await tasksOf(page)
        .getByRole('button', { name: /検索|再作成/ })
        .count(),
      0,
    );
    assert.equal(await inventoryOf(page).getByRole('button', { name: '今すぐ更新' }).count(), 0);
    await page.getByText('English', { exact: true }).click();
    await page.getByRole('region', { name: 'Tasks' }).getByText('Reason: 月次の更新').waitFor();
    await isWithin();
    assert.deepEqual(faults, []);
    await context.close();
  });
});
