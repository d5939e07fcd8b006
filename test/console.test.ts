import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EnrolmentTokenContent, type PolicyDocument, routes } from '@sakimori/contract';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type Visit, visit, whyNoBrowser } from './browser.ts';
import { changePolicy, makeAccount, type RealAgent, type System, startAgent, startSystem, until } from './system.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** The console as a person uses it: real browser, real manager, real agent, real mail. */
const password = 'a long and lonely watch';
const watched = mkdtempSync(join(tmpdir(), 'sakimori-console-'));
let system: System;
let wire: TcpProxy;
let base: string;
let browser: Browser;
let operator: Visit;
let page: Page;
let accountId: string;
let agent: RealAgent;

const watchFolder = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  heartbeatSeconds: 5,
  modules: {
    ...document.modules,
    integrity: {
      ...document.modules.integrity,
      state: 'on',
      rules: [
        {
          id: 'test.watched',
          name: { ja: 'テスト領域の変更', en: 'Test area changed' },
          severity: 'high',
          include: [watched],
          exclude: [],
          attributes: ['created', 'content'],
        },
      ],
    },
    loginspection: { ...document.modules.loginspection, state: 'off' },
  },
});

/** The same address, through the wire that a test may cut. */
const throughWire = (address: string): string => {
  const url = new URL(address);
  url.port = String(wire.port);
  return url.href;
};
const heading = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text });

describe('console', { skip: whyNoBrowser() ?? false }, () => {
  before(async () => {
    system = await startSystem();
    wire = await startTcpProxy(Number(new URL(system.console).port));
    base = throughWire(system.console).replace(/\/$/, '');
    accountId = await makeAccount(system, 'console', ['ja']);
    await changePolicy(system, accountId, watchFolder);
    agent = await startAgent(system, accountId);
    browser = await launchBrowser();
    operator = await visit(browser);
    page = operator.page;
  });

  after(async () => {
    await browser?.close();
    await agent?.remove();
    await wire?.stop();
    await system?.stop();
    rmSync(watched, { recursive: true, force: true });
  });

  test('a one-time link signs in, leaves no secret in the address, and leads to a password', async () => {
    await page.goto(throughWire(system.signInLink));
    await page.getByLabel('新しいパスワード *', { exact: true }).fill(password);
    assert.equal(new URL(page.url()).hash, '');
    await page.getByLabel('新しいパスワード（確認）').fill('something else entirely');
    await page.getByRole('button', { name: 'パスワードを設定' }).click();
    await page.getByText('確認用の入力が一致しません。').waitFor();
    await page.getByLabel('新しいパスワード（確認）').fill(password);
    await page.getByRole('button', { name: 'パスワードを設定' }).click();
    await page.getByRole('img', { name: '認証アプリ用の QR コード' }).waitFor();
    await page.getByRole('button', { name: '後で設定する' }).click();
    await heading('概要').waitFor();
    assert.match(await page.title(), /^概要 \| Sakimori$/);
  });

  test('a link that was used is refused in words', async () => {
    const stranger = await visit(browser);
    await stranger.page.goto(throughWire(system.signInLink));
    await stranger.page.getByText('このサインインリンクは使用済み').waitFor();
    await stranger.context.close();
  });

  test('a wrong password is refused, the right one leads to the page that was wanted', async () => {
    const { items } = await system.admin(routes.listPeople);
    await page.getByRole('button', { name: items[0]!.name }).click();
    await page.getByRole('menuitem', { name: 'サインアウト' }).click();
    await heading('サインイン').waitFor();
    await page.goto(`${base}/hosts`);
    await page.getByLabel('メールアドレス').fill(items[0]!.mail);
    await page.getByLabel('パスワード *', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByRole('alert').getByText('正しくありません').waitFor();
    await page.getByLabel('パスワード *', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await heading('ホスト').waitFor();
  });

  test('the console speaks Japanese first, and remembers English in this browser and with the person', async () => {
    assert.equal(await page.locator('html').getAttribute('lang'), 'ja');
    await page.getByText('English', { exact: true }).click();
    await heading('Hosts').waitFor();
    await page.reload();
    await heading('Hosts').waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await until(async () => {
      const { items } = await system.admin(routes.listPeople);
      return items[0]!.language === 'en' ? true : undefined;
    }, 'the person’s language was not remembered');
    await page.getByText('日本語', { exact: true }).click();
    await heading('ホスト').waitFor();
  });

  test('the host’s page shows all six modules as they are, and how to add what is lacking', async () => {
    const host = await system.admin(routes.getHost, { params: { hostId: agent.hostId } });
    await page.getByRole('link', { name: host.facts.name }).click();
    await heading(host.facts.name).waitFor();
    const modules = page.getByRole('region', { name: '保護モジュール' }).getByRole('listitem');
    assert.equal(await modules.count(), 6);
    await modules
      .filter({ hasText: '変更監視' })
      .getByText(/稼働中|一部制限/)
      .waitFor();
    await modules.filter({ hasText: 'セキュリティログ監視' }).getByText('無効', { exact: true }).waitFor();
    const lacking = host.modules.find((module) => module.install);
    if (lacking) await page.getByText(lacking.install!).first().waitFor();
    await page.getByText('接続中', { exact: true }).waitFor();
  });

  test('an alert appears in the list and in the overview’s count within two seconds, without a reload', async () => {
    await page.getByRole('link', { name: 'アラート', exact: true }).click();
    await page.getByText('未完了のアラートは 0件です').waitFor();
    await page.locator('[data-live=live]').waitFor();
    await page.evaluate('window.sameDocument = true');
    writeFileSync(join(watched, 'planted.php'), '<?php');
    await until(async () => {
      const { items } = await system.admin(routes.listAlerts, { query: { accountId } });
      return items[0];
    }, 'no alert was raised');
    const storedAt = performance.now();
    await page.getByRole('link', { name: /ファイルの作成/ }).waitFor();
    const shownAfterMs = performance.now() - storedAt;
    // The aim is 2 s; on a busy machine the test grants it three more.
    assert.ok(shownAfterMs < 5000, `shown after ${Math.round(shownAfterMs)} ms`);
    assert.equal(await page.evaluate('window.sameDocument'), true);
  });

  test('an alert’s page tells what happened, what to do next, and the file before and after', async () => {
    await page.getByRole('link', { name: /ファイルの作成/ }).click();
    await heading(/ファイルの作成/).waitFor();
    await page.getByText('次にご確認いただくこと').waitFor();
    await page.getByText(join(watched, 'planted.php')).first().waitFor();
    const size = page.getByRole('row', { name: /サイズ/ });
    assert.match((await size.textContent()) ?? '', /（なし）[\s\S]*5/);
  });

  test('taking, noting, closing and reopening an alert are steps with a name, and in the audit', async () => {
    await page.getByRole('button', { name: '対応を開始する' }).click();
    await page.getByText('対応中', { exact: true }).waitFor();
    await page.getByLabel('メモ', { exact: true }).fill('担当者へ確認しました。');
    await page.getByRole('button', { name: 'メモを追加' }).click();
    await page.getByText('担当者へ確認しました。').waitFor();
    await page.getByRole('combobox', { name: '完了区分' }).click();
    await page.getByRole('option', { name: '予定作業' }).click();
    await page.getByRole('button', { name: '完了にする' }).click();
    await page.getByText('完了 · 予定作業').waitFor();
    await page.getByLabel('メモ', { exact: true }).fill('予定外であることが判明しました。');
    await page.getByRole('button', { name: '完了を取り消す' }).click();
    await page.getByText('未対応', { exact: true }).waitFor();
    const { items } = await system.admin(routes.listAlerts, { query: { accountId } });
    const { steps } = await system.admin(routes.getAlert, { params: { alertId: items[0]!.id } });
    const kinds = steps.map((step) => step.kind).filter((kind) => !kind.startsWith('mail'));
    assert.deepEqual(kinds, ['opened', 'acknowledged', 'noted', 'closed', 'reopened']);
    await page.getByRole('link', { name: '監査ログ' }).click();
    for (const action of ['アラートの対応開始', 'アラートへのメモの追加', 'アラートの完了', 'アラートの再開'])
      await page.getByRole('cell', { name: action }).waitFor();
  });

  test('a step that somebody else was quicker with is taken back, with the reason', async () => {
    const { items } = await system.admin(routes.listAlerts, { query: { accountId } });
    await page.goto(`${base}/alerts/${items[0]!.id}`);
    await page.getByLabel('メモ', { exact: true }).fill('この文は失われません。');
    await page.route('**/service/alerts/*/close', async (route) => {
      const params = { alertId: items[0]!.id };
      await system.admin(routes.closeAlert, { params, body: { closing: 'false_positive' } });
      await route.continue();
    });
    await page.getByRole('button', { name: '完了にする' }).click();
    await page.getByRole('alert').getByText('現在の状態では実行できません').waitFor();
    assert.equal(await page.getByLabel('メモ', { exact: true }).inputValue(), 'この文は失われません。');
    await page.getByText('完了 · 誤検知').waitFor();
    await page.unroute('**/service/alerts/*/close');
  });

  test('the alert’s mail is shown in a frame that can run and load nothing', async () => {
    await until(async () => (await system.mails())[0], 'the catcher took no mail');
    await page.getByRole('link', { name: 'メール', exact: true }).click();
    await page.getByText('送信済み').first().waitFor();
    await page.getByText('受信箱（内蔵）').click();
    const frame = page.locator('iframe.letter');
    await frame.waitFor();
    assert.equal(await frame.getAttribute('sandbox'), '');
    assert.match((await frame.getAttribute('srcdoc')) ?? '', /default-src 'none'/);
    await page.frameLocator('iframe.letter').getByText('planted.php').first().waitFor();
    await page.getByText('原文', { exact: true }).click();
    await page
      .locator('pre.record')
      .filter({ hasText: /^(From|Received|Message-ID|Date|Subject|To):/im })
      .waitFor();
  });

  test('an SMTP server that refuses is shown with its answer; the catcher accepts', async () => {
    await page.getByRole('link', { name: 'メール送信' }).click();
    await page.getByLabel('SMTP サーバ').check();
    await page.getByLabel('サーバ名').fill('127.0.0.1');
    await page.getByRole('combobox', { name: '暗号化' }).click();
    await page.getByRole('option', { name: /^なし/ }).click();
    await page.getByLabel(/^ポート/).fill('1');
    await page.getByRole('button', { name: '保存' }).first().click();
    await page.getByText('保存しました。').waitFor();
    await page.getByLabel('宛先').fill('someone@console.example');
    await page.getByRole('button', { name: '送信' }).click();
    await page.getByRole('alert').getByText('メールサーバに拒否されました').waitFor();
    await page.getByLabel(/内蔵の受信箱/).check();
    await page.getByRole('button', { name: '保存' }).first().click();
    await page.getByRole('button', { name: '送信' }).click();
    await page.getByText('サーバが受け付けました。').waitFor();
  });

  test('a faulty rule is told with its place, and a version written meanwhile costs nobody their edits', async () => {
    await page.goto(`${base}/policies?account=${accountId}`);
    await page.getByRole('link', { name: 'Linux Server' }).click();
    await page.getByRole('button', { name: '編集' }).click();
    const rules = page.getByLabel('変更監視ルール（JSON）');
    const good = await rules.inputValue();
    await page.getByLabel('理由').fill('テスト領域の重大度を変更');
    await rules.fill(good.replace('"high"', '"awful"'));
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('[0].severity').waitFor();
    await rules.fill(good.replace('"high"', '"medium"'));
    const theirs = await changePolicy(system, accountId, (document) => ({ ...document, heartbeatSeconds: 6 }));
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('alert').getByText(`他の利用者が v${theirs} を保存しました`).waitFor();
    await page.getByRole('button', { name: `自分の内容を v${theirs + 1} として保存` }).click();
    await page
      .getByText(`v${theirs + 1}`, { exact: true })
      .first()
      .waitFor();
    const { items } = await system.admin(routes.listPolicies, { query: { accountId } });
    const policy = await system.admin(routes.getPolicy, { params: { policyId: items[0]!.id } });
    assert.equal(policy.document.modules.integrity.rules[0]?.severity, 'medium');
  });

  test('a token is issued once, with the command that uses it, and can be revoked', async () => {
    await page.goto(`${base}/hosts?account=${accountId}`);
    await page.getByRole('button', { name: 'ホストを登録' }).click();
    await page.getByRole('button', { name: 'トークンを発行' }).click();
    const command = await page.locator('pre.record').filter({ hasText: 'sakimori-agent run --token' }).textContent();
    const content = Buffer.from(command!.split(' ').at(-1)!, 'base64url').toString('utf8');
    assert.equal(EnrolmentTokenContent.parse(JSON.parse(content)).agents, system.agents);
    await page.getByText(/^発行済みのトークン/).click();
    await page.getByRole('button', { name: '失効させる' }).click();
    await page.getByRole('dialog', { name: '失効させる' }).getByRole('button', { name: '失効させる' }).click();
    await page.getByText('失効', { exact: true }).waitFor();
    const { items } = await system.admin(routes.listEnrolmentTokens, { params: { accountId } });
    assert.equal(items.filter((token) => token.revokedAt).length, 1);
    await page.getByText('複数台（スクリプト）').click();
    await page.getByRole('button', { name: 'スクリプトを作成' }).click();
    const script = page.locator('pre.record').filter({ hasText: '#!/bin/sh' });
    await script.waitFor({ timeout: 120_000 });
    assert.match((await script.textContent())!, new RegExp(`"tenantID:${accountId}" "token:[\\da-f-]{36}"\\n$`));
    await page.getByText('スクリプト：0 / 1,000 台').waitFor();
  });

  test('S89, in part: a monthly report is composed, shown, and its stored PDF downloaded', async () => {
    await page.goto(`${base}/reports?account=${accountId}`);
    await page.getByRole('button', { name: 'レポートを作成' }).click();
    await page.getByText('月次', { exact: true }).click();
    await page.getByRole('combobox', { name: '月', exact: true }).click();
    await page.getByRole('option').first().click();
    await page.getByRole('button', { name: '作成', exact: true }).click();
    await page.getByRole('alert').getByText('まだ終了していません').waitFor();
    await page.getByLabel('期間の終了前でも作成する').check();
    await page.getByRole('button', { name: '作成', exact: true }).click();
    await page.getByRole('link', { name: 'レポートを表示' }).click();
    await heading(/^月次/).waitFor();
    await page.frameLocator('iframe.letter').getByText('月次レポート').first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'PDF をダウンロード' }).click(),
    ]);
    const pdf = readFileSync(await download.path());
    const { items } = await system.admin(routes.listReports, { query: { accountId } });
    assert.equal(createHash('sha256').update(pdf).digest('hex'), items[0]!.pdfSha256);
  });

  test('one-time codes are set up with a QR code and asked for at the next sign-in', async () => {
    await page.getByRole('link', { name: '個人設定' }).click();
    const section = page.getByRole('region', { name: '2 段階認証' });
    await section.getByLabel(/^現在のパスワード/).fill(password);
    await section.getByRole('button', { name: '設定を始める' }).click();
    const secret = Secret.fromBase32((await section.locator('pre.record').textContent())!.trim());
    const code = (aheadMs: number) => new TOTP({ secret }).generate({ timestamp: Date.now() + aheadMs });
    await section.getByLabel('確認コード（6 桁）').fill(code(0));
    await section.getByRole('button', { name: '有効にする' }).click();
    await section.getByText('サインイン時に確認コードを求めます。').waitFor();
    const { items } = await system.admin(routes.listPeople);
    const again = await visit(browser);
    await again.page.goto(`${base}/sign-in`);
    await again.page.getByLabel('メールアドレス').fill(items[0]!.mail);
    await again.page.getByLabel('パスワード *', { exact: true }).fill(password);
    await again.page.getByRole('button', { name: 'サインイン' }).click();
    // A code works once, so the one of the next half minute is given; the manager allows for clocks that differ by one.
    await again.page.getByLabel('確認コード（6 桁）').fill(code(30_000));
    await again.page.getByRole('button', { name: 'サインイン' }).click();
    await again.page.getByRole('heading', { level: 1, name: '概要' }).waitFor();
    await again.context.close();
  });

  test('a customer sees the own account, and no way to what is not theirs', async () => {
    const body = { name: '閲覧 太郎', mail: 'viewer@console.example', role: 'customer-viewer', accountId } as const;
    const { link } = await system.admin(routes.createPerson, { body });
    const customer = await visit(browser);
    await customer.page.goto(throughWire(link));
    await customer.page.getByLabel('新しいパスワード *', { exact: true }).fill(password);
    await customer.page.getByLabel('新しいパスワード（確認）').fill(password);
    await customer.page.getByRole('button', { name: 'パスワードを設定' }).click();
    await customer.page.getByRole('button', { name: '後で設定する' }).click();
    await customer.page.getByRole('link', { name: 'アラート', exact: true }).click();
    await customer.page.getByRole('heading', { level: 1, name: 'アラート' }).waitFor();
    for (const hidden of ['メール', '利用者と権限', 'API キー', '監査ログ', 'メール送信'])
      assert.equal(await customer.page.getByRole('link', { name: hidden, exact: true }).count(), 0, hidden);
    assert.equal(await customer.page.getByLabel('アカウント', { exact: true }).count(), 0);
    const { items } = await system.admin(routes.listAlerts, { query: { accountId } });
    await customer.page.goto(`${base}/alerts/${items[0]!.id}`);
    await customer.page.getByText('経過', { exact: true }).waitFor();
    assert.equal(await customer.page.getByText('対応', { exact: true }).count(), 0);
    await customer.page.goto(`${base}/settings/people`);
    await customer.page.getByRole('alert').getByText('お使いの権限ではこの操作を行えません').waitFor();
    assert.deepEqual(customer.faults, []);
    await customer.context.close();
  });

  test('when the manager is away the console says so, and comes back by itself with what was missed', async () => {
    await page.goto(`${base}/alerts?state=all`);
    await page.locator('[data-live=live]').waitFor();
    await wire.cut();
    await page.getByText('マネージャから応答がありません。').first().waitFor();
    await page.locator('[data-live=reconnecting]').waitFor();
    writeFileSync(join(watched, 'meanwhile.php'), '<?php');
    await until(async () => {
      const { items } = await system.admin(routes.listAlerts, { query: { accountId } });
      return items.find((alert) => alert.subject?.endsWith('meanwhile.php'));
    }, 'no alert was raised while the console was cut off');
    await wire.join();
    await page.locator('[data-live=live]').waitFor();
    await page.getByText('meanwhile.php').first().waitFor();
    assert.equal(await page.getByText('マネージャから応答がありません。').count(), 0);
  });

  test('every page keeps to the content policy, has a title, and fits a phone, in both languages', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const settings = ['accounts', 'mail', 'people', 'keys', 'workload-security', 'audit', 'profile'].map(
      (name) => `/settings/${name}`,
    );
    const paths = ['/', '/alerts', '/detections', '/hosts', '/policies', '/rules', '/reports', '/mail', ...settings];
    for (const language of ['en', 'ja']) {
      await page.evaluate(`localStorage.setItem('sakimori.language', '${language}')`);
      for (const path of [...paths, `/hosts/${agent.hostId}`]) {
        await page.goto(base + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('load');
        assert.match(await page.title(), /.+ \| Sakimori$/, path);
        const spill = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
        assert.ok(spill <= 0, `${path} is ${spill} px wider than a phone`);
      }
    }
    const faults = operator.faults.filter((fault) => !/ERR_(CONNECTION|INCOMPLETE|EMPTY|SOCKET)/.test(fault));
    assert.deepEqual(faults, []);
  });
});
