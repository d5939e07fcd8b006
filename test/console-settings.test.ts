import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { routes } from '@sakimori/contract';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, visit, whyNoBrowser } from './browser.ts';
import { runCli } from './run-cli.ts';
import { makeAccount, type System, startSystem, until } from './system.ts';

/** The settings of a policy as an operator sees and changes them, in the console and on the command line. */
const changed = 'firewallSettingNetworkEngineMode';
const idle = 'firewallSettingEngineOptionErrorTimeout';
const shots = process.env['SHOTS'];

describe('settings of a policy', { skip: whyNoBrowser() }, () => {
  let system: System;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  let policyId: string;

  before(async () => {
    system = await startSystem();
    const accountId = await makeAccount(system, 'settings', ['ja']);
    const tree = await system.admin(routes.getPolicyTree, { params: { accountId } });
    policyId = tree.items.find(({ name }) => name === 'Linux Server')!.id;
    browser = await launchBrowser();
    ({ page, faults } = await visit(browser));
    const body = { name: '運用 花子', mail: 'operator@settings.example', role: 'operator' } as const;
    const { link } = await system.admin(routes.createPerson, { body });
    await page.goto(link);
    await page.getByLabel('新しいパスワード *', { exact: true }).fill('a long and lonely watch');
    await page.getByLabel('新しいパスワード（確認）').fill('a long and lonely watch');
    await page.getByRole('button', { name: 'パスワードを設定' }).click();
    await page.getByRole('button', { name: '後で設定する' }).click();
    await page.getByRole('heading', { level: 1, name: '概要' }).waitFor();
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  const settingOf = async (name: string) =>
    (await system.admin(routes.getPolicySettings, { params: { policyId } })).items.find((one) => one.name === name);
  const shoot = async (name: string) => {
    if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  };

  test('S25: an option the backend lacks is absent in the console; who asks for the whole list sees why, and cannot change it', async () => {
    await page.goto(`${system.console}/policies/${policyId}`);
    const card = page.getByRole('region', { name: '設定', exact: true });
    await card.getByLabel('設定の名前または値').fill('ErrorTimeout');
    await card.getByText('該当する設定はありません').waitFor();
    await card.getByLabel('対応していない設定も表示').check();
    const row = card.getByRole('row', { name: new RegExp(idle) });
    await row.getByText('コネクションの管理は Linux カーネルが行います', { exact: false }).waitFor();
    assert.equal(await row.getByRole('button').count(), 0);
    await card.getByLabel('設定の名前または値').fill('');
    await shoot('settings-ja');
    await card.getByLabel('対応していない設定も表示').uncheck();

    await card.getByLabel('設定の名前または値').fill('NetworkEngineMode');
    await card.getByRole('button', { name: '変更' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('値').fill('Tap');
    await dialog.getByLabel('理由').fill('試験導入');
    await shoot('change-ja');
    await dialog.getByRole('button', { name: '保存' }).click();
    await card.getByRole('row', { name: /Tap/ }).getByText('Linux Server').waitFor();
    assert.equal((await settingOf(changed))?.value, 'Tap');

    await page.evaluate("localStorage.setItem('sakimori.language', 'en')");
    await page.reload();
    const english = page.getByRole('region', { name: 'Settings', exact: true });
    await english.getByLabel('Show those that are not supported').check();
    await english.getByLabel('Name or value of a setting').fill('timeout');
    await shoot('settings-en');
    assert.deepEqual(faults, []);
  });

  test('S25, in part: the command line changes what takes effect, and says of the rest why it does not', async () => {
    const run = (...args: string[]) =>
      runCli(['policy', 'settings', policyId, ...args], {
        SAKIMORI_CLI_URL: system.console,
        SAKIMORI_CLI_KEY: system.adminKey,
      });
    const reset = await run(
      '--reset',
      changed,
      '--reason',
      'trial over',
      '--set',
      'webReputationSettingSecurityLevel=High',
    );
    assert.equal(reset.code, 0, reset.err);
    assert.match(reset.out, /webReputationSettingSecurityLevel +High/);
    assert.ok(!reset.out.includes(idle));
    await until(async () => ((await settingOf(changed))?.value === 'Inline' ? true : undefined), 'not reset');
    const all = await run('--all', '--group', 'firewall');
    assert.match(all.out, new RegExp(`${idle} .*Not supported: Connections are kept by the Linux kernel`));
    const refused = await run('--set', `${idle}=7 Seconds`, '--reason', 'why not');
    assert.notEqual(refused.code, 0);
    assert.match(refused.err, new RegExp(`${idle} cannot be changed here`));
    const after = await run('--set', 'platformSettingAgentSelfProtectionPassword=secret', '--reason', 'why not');
    assert.notEqual(after.code, 0);
    const { items } = await system.admin(routes.listAudit, { query: {} });
    assert.ok(items.some(({ facts }) => JSON.stringify(facts).includes('trial over')));
  });
});
