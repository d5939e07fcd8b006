import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { routes } from '@sakimori/contract';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type Visit, visit, whyNoBrowser } from './browser.ts';
import { makeAccount, type RealAgent, type System, startAgent, startSystem, until, waitForPolicy } from './system.ts';

/** The console's pages on the configuration as an operator uses them: real browser, real manager, real agent, real calls of the API. */
const password = 'a long and lonely watch';
const downloads = mkdtempSync(join(tmpdir(), 'sakimori-console-configuration-'));
let system: System;
let browser: Browser;
let operator: Visit;
let page: Page;
let accountId: string;
let agent: RealAgent;

const heading = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text });
const dialog = () => page.getByRole('dialog');
const region = (name: string) => page.getByRole('region', { name });

async function signInAsOperator(): Promise<void> {
  const body = { name: '運用 花子', mail: 'operator@configuration.example', role: 'operator' } as const;
  const { link } = await system.admin(routes.createPerson, { body });
  await page.goto(link);
  await page.getByLabel('新しいパスワード *', { exact: true }).fill(password);
  await page.getByLabel('新しいパスワード（確認）').fill(password);
  await page.getByRole('button', { name: 'パスワードを設定' }).click();
  await page.getByRole('button', { name: '後で設定する' }).click();
  await heading('概要').waitFor();
}

const speak = async (language: 'ja' | 'en') => {
  await page.evaluate(`localStorage.setItem('sakimori.language', '${language}')`);
};

/** What the agent has in force, by its own file. */
const policyOfAgent = () => readFileSync(join(agent.folder, 'policy.json'), 'utf8');

const whyNoCurl = () => (existsSync('/usr/bin/curl') ? false : 'no curl (apt-get install curl)');

describe('console, configuration', { skip: whyNoBrowser() ?? whyNoCurl() }, () => {
  before(async () => {
    system = await startSystem();
    accountId = await makeAccount(system, 'configuration', ['ja']);
    agent = await startAgent(system, accountId);
    browser = await launchBrowser();
    operator = await visit(browser);
    page = operator.page;
    await signInAsOperator();
  });

  after(async () => {
    await browser?.close();
    await agent?.remove();
    await system?.stop();
    rmSync(downloads, { recursive: true, force: true });
  });

  /** Runs the example that the page shows, as somebody would who copied it. */
  async function runExample(secret: string): Promise<{ policies?: { name: string }[]; message?: string }> {
    const command = await page.locator('pre.record').filter({ hasText: 'curl --cacert' }).textContent();
    const { stdout } = await promisify(execFile)('bash', ['-c', command!], {
      cwd: downloads,
      env: { ...process.env, WORKLOAD_SECURITY_KEY: secret },
    });
    return JSON.parse(stdout) as { policies?: { name: string }[]; message?: string };
  }

  test('a key of the API is made in the page, and the example of the page works with it until the key is locked', async () => {
    await page.goto(`${system.console}/settings/workload-security?account=${accountId}`);
    await page.getByText('Workload Security API のキーは 0件です').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '証明書をダウンロード' }).click(),
    ]);
    await file.saveAs(join(downloads, file.suggestedFilename()));
    await page.getByRole('button', { name: 'キーを作成' }).click();
    await dialog().getByLabel('名称').fill('terraform');
    await dialog().getByRole('combobox', { name: '権限' }).click();
    await page.getByRole('option', { name: '監査者' }).click();
    await dialog().getByRole('button', { name: 'キーを作成' }).click();
    const shown = page.getByRole('dialog', { name: '「terraform」のシークレット' });
    const secret = (await shown.locator('pre.record').textContent())!;
    assert.match(secret, /^2:[A-Za-z0-9+/]{44}$/);
    await shown.getByRole('button', { name: '閉じる' }).click();
    const row = page.getByRole('row', { name: /terraform/ });
    await row.getByText('監査者').waitFor();
    assert.ok(!(await page.content()).includes(secret), 'the secret is shown once');

    assert.ok((await runExample(secret)).policies?.some(({ name }) => name === 'Linux Server'));
    await row.getByRole('button', { name: 'ロック', exact: true }).click();
    await dialog().getByRole('button', { name: 'ロック', exact: true }).click();
    await row.getByText('ロック中').waitFor();
    assert.match((await runExample(secret)).message ?? '', /locked/);
    await row.getByRole('button', { name: 'ロックを解除' }).click();
    await dialog().getByRole('button', { name: 'ロックを解除' }).click();
    await row.getByText('有効', { exact: true }).waitFor();
    await row.getByRole('button', { name: '再発行' }).click();
    await dialog().getByRole('button', { name: '再発行' }).click();
    const renewed = (await shown.locator('pre.record').textContent())!;
    await shown.getByRole('button', { name: '閉じる' }).click();
    assert.match((await runExample(secret)).message ?? '', /Invalid API Key/);
    assert.ok((await runExample(renewed)).policies);
  });

  test('a key that the API itself makes appears in the page without a reload', async () => {
    const { secret } = await system.admin(routes.createWorkloadKey, {
      params: { accountId },
      body: { name: 'full', roleId: 1 },
    });
    await page.getByRole('row', { name: /full/ }).waitFor();
    const address = (await page.locator('pre.record').first().textContent())!;
    const body = JSON.stringify({ keyName: 'made by a program', roleID: 2 });
    const headers = [
      '-H',
      'api-version: v1',
      '-H',
      `api-secret-key: ${secret}`,
      '-H',
      'content-type: application/json',
    ];
    await promisify(execFile)(
      'curl',
      ['-sSf', '--cacert', 'sakimori-api-ca.pem', ...headers, '-d', body, `${address}/apikeys`],
      {
        cwd: downloads,
      },
    );
    await page.getByRole('row', { name: /made by a program/ }).waitFor();
  });

  test('rules are found by words in either language and by CVE, and open beside the list; tabs and rows go by the keyboard', async () => {
    await page.getByRole('link', { name: 'ルール', exact: true }).click();
    await heading('ルール').waitFor();
    await page.getByRole('searchbox').fill('cve-2021-41773');
    await page.getByText('CVE-2021-41773').first().waitFor();
    const rows = page.getByRole('table').getByRole('row');
    await until(async () => ((await rows.count()) <= 3 ? true : undefined), 'the list was not narrowed');
    await page.locator('.row-link').first().focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'ルールの詳細' });
    await drawer.getByText('エンジンのルール（Suricata 形式）').waitFor();
    assert.match((await drawer.locator('pre.record').textContent())!, /^alert http .*sid:\d+/);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: '条件を解除' }).click();
    await page.getByRole('tab', { name: '侵入防御 / 侵入検知' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('row', { name: /アカウントと権限/ }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('module'), 'integrityMonitoring');
    await page.getByRole('button', { name: '次のページ' }).click();
    await page.getByText(/^51～100件目/).waitFor();
  });

  test('a rule that is assigned to a policy in the page is in force on the agent, and the page says so by itself', async () => {
    await page.goto(`${system.console}/policies?account=${accountId}`);
    await page.getByRole('link', { name: 'Linux Server' }).click();
    await page.getByText('1 / 1台に反映済み').waitFor();
    await page.locator('[data-live=live]').waitFor();
    assert.ok(!policyOfAgent().includes('ブートローダの設定'));
    await page.getByRole('button', { name: 'ルールを追加' }).click();
    await dialog().getByRole('searchbox').fill('ブートローダ');
    await dialog().getByRole('checkbox', { name: 'ブートローダの設定' }).check();
    await dialog().getByLabel('理由').fill('起動設定も監視する');
    await dialog().getByRole('button', { name: '選択した 1件を追加' }).click();
    const estimate = page.getByRole('dialog', { name: '適用前の見積もり' });
    await estimate.getByText('上限以内').waitFor();
    await estimate.getByRole('button', { name: '適用', exact: true }).click();
    await page.getByRole('row', { name: /ブートローダの設定/ }).waitFor();
    await page.getByText('v2', { exact: true }).first().waitFor();
    await until(
      async () => (policyOfAgent().includes('ブートローダの設定') ? true : undefined),
      'the agent has no such rule',
    );
    await page.getByText('1 / 1台に反映済み').waitFor();
    // In the page itself: the box that it was typed into may still be closing.
    await page.locator('#content').getByText('起動設定も監視する').waitFor();

    const row = page.getByRole('row', { name: /ブートローダの設定/ });
    await row.getByRole('button', { name: '外す' }).click();
    await dialog().getByLabel('理由').fill('やはり不要');
    await dialog().getByRole('button', { name: '外す' }).click();
    await row.waitFor({ state: 'detached' });
    await until(
      async () => (policyOfAgent().includes('ブートローダの設定') ? undefined : true),
      'the agent keeps the rule',
    );
  });

  test('a module is switched in the page, and left to the policy above again', async () => {
    await page.getByRole('tab', { name: /^ファイアウォール/ }).click();
    await page.getByRole('button', { name: '状態を変更' }).click();
    await dialog().getByLabel('有効', { exact: true }).check();
    await dialog().getByLabel('理由').fill('試験導入');
    await dialog().getByRole('button', { name: '保存' }).click();
    await page.getByText('このポリシーで設定').waitFor();
    await page.getByRole('button', { name: '状態を変更' }).click();
    await dialog().getByLabel('上位のポリシーに従う（無効）').check();
    await dialog().getByLabel('理由').fill('試験終了');
    await dialog().getByRole('button', { name: '保存' }).click();
    await page.getByText('上位のポリシーから継承').waitFor();
    await waitForPolicy(system, agent.hostId);
  });

  test('S11: a scan is asked for and answered in the page; the standard is applied after a preview; a rule beside it is told to deviate', async () => {
    await page.goto(`${system.console}/hosts/${agent.hostId}`);
    const card = region('推奨ルール');
    const before = await system.admin(routes.getHostRecommendations, { params: { hostId: agent.hostId } });
    await card.getByRole('button', { name: '今すぐ検索' }).click();
    await until(async () => {
      const { scannedAt, scan } = await system.admin(routes.getHostRecommendations, {
        params: { hostId: agent.hostId },
      });
      return scan?.state === 'done' && scannedAt !== before.scannedAt ? true : undefined;
    }, 'the host did not scan');
    await card.getByText('最新', { exact: true }).waitFor();
    await card.getByText('ホストで検索しています。').waitFor({ state: 'detached' });

    await card.getByRole('tab', { name: /^変更監視/ }).click();
    await card
      .getByText(/^未割り当て \d+件/)
      .first()
      .waitFor();
    await card.getByRole('button', { name: '標準を適用' }).click();
    await dialog()
      .getByText(/^追加されるルール（\d+件）/)
      .waitFor();
    await dialog().getByRole('checkbox', { name: '侵入防御 / 侵入検知' }).uncheck();
    await dialog().getByLabel('理由').fill('サービスの標準');
    await dialog().getByRole('button', { name: '標準を適用' }).click();
    await card.getByRole('radio', { name: '未割り当て（0）' }).waitFor({ state: 'attached' });
    await waitForPolicy(system, agent.hostId);

    await card.getByText(/^標準の対象外（/).click();
    const row = card.getByRole('row').filter({ hasText: '標準の対象外' }).first();
    const name = (await row.locator('.row-link').textContent())!;
    await row.getByRole('button', { name: '割り当てる' }).click();
    await dialog().getByText('サービスの標準とは異なる設定になります。').waitFor();
    await dialog().getByLabel('理由').fill('お客様のご要望');
    await dialog().getByRole('button', { name: '割り当てる' }).click();
    await card.getByText(/^サービス標準と異なる（/).click();
    const deviating = card.getByRole('row').filter({ hasText: name });
    await deviating.getByText('サービス標準と異なる').waitFor();
    await until(async () => (policyOfAgent().includes(name) ? true : undefined), 'the agent does not have the rule');
  });

  test('the same in English, where names of rules are English, too', async () => {
    await speak('en');
    await page.goto(`${system.console}/rules?account=${accountId}&module=logInspection`);
    await page.getByRole('row', { name: /OpenSSH server/ }).click();
    await page.getByRole('dialog', { name: 'Rule' }).getByText('Linux Server').waitFor();
    await page.goto(`${system.console}/hosts/${agent.hostId}`);
    await region('Recommended rules')
      .getByRole('tab', { name: /^Integrity monitoring/ })
      .click();
    await region('Recommended rules').getByText('Deviates from the service’s standard').nth(1).waitFor();
    await page.goto(`${system.console}/settings/workload-security?account=${accountId}`);
    await page.getByRole('tab', { name: 'Python SDK' }).click();
    await page.getByText('deepsecurity.Configuration()').waitFor();
    await page.getByRole('row', { name: /terraform.*Auditor.*Active/ }).waitFor();
  });

  test('a customer’s administrator reads all of it and changes nothing', async () => {
    const body = {
      name: '参照 太郎',
      mail: 'reader@configuration.example',
      role: 'customer-admin',
      accountId,
    } as const;
    const { link } = await system.admin(routes.createPerson, { body });
    const customer = await visit(browser);
    await customer.page.goto(link);
    await customer.page.getByLabel('新しいパスワード *', { exact: true }).fill(password);
    await customer.page.getByLabel('新しいパスワード（確認）').fill(password);
    await customer.page.getByRole('button', { name: 'パスワードを設定' }).click();
    await customer.page.getByRole('button', { name: '後で設定する' }).click();
    await customer.page.getByRole('link', { name: 'Workload Security API' }).click();
    await customer.page.getByRole('row', { name: /terraform/ }).waitFor();
    assert.equal(await customer.page.getByRole('button', { name: /作成|再発行|ロック|削除/ }).count(), 0);
    await customer.page.getByRole('link', { name: 'ポリシー', exact: true }).click();
    await customer.page.getByRole('link', { name: 'Linux Server' }).click();
    await customer.page.getByRole('row', { name: /アカウントと権限/ }).waitFor();
    assert.equal(await customer.page.getByRole('button', { name: /追加|外す|状態を変更|編集/ }).count(), 0);
    await customer.page.goto(`${system.console}/hosts/${agent.hostId}`);
    const card = customer.page.getByRole('region', { name: '推奨ルール' });
    await card.getByRole('tab', { name: /^変更監視/ }).waitFor();
    assert.equal(await card.getByRole('button', { name: /検索|適用|割り当てる|外す|追加/ }).count(), 0);
    assert.deepEqual(customer.faults, []);
    await customer.context.close();
  });

  test('the pages fit a phone in both languages and keep to the content policy', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const { items } = await system.admin(routes.listPolicies, { query: { accountId } });
    const paths = [
      ...[`/settings/workload-security?account=${accountId}`, `/policies?account=${accountId}`],
      ...items.map(({ id }) => `/policies/${id}`),
      ...['intrusionPrevention', 'firewall'].map((module) => `/rules?account=${accountId}&module=${module}&rule=1`),
      `/hosts/${agent.hostId}`,
    ];
    for (const language of ['en', 'ja'] as const) {
      await speak(language);
      for (const path of paths) {
        await page.goto(system.console + path);
        await heading(/.+/).waitFor();
        await page.waitForLoadState('networkidle').catch(() => undefined);
        const spill = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
        assert.ok(spill <= 0, `${path} is ${spill} px wider than a phone`);
      }
    }
    assert.deepEqual(operator.faults, []);
  });
});
