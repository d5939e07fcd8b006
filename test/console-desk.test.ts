import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { routes } from '@sakimori/contract';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type Visit, visit, whyNoBrowser } from './browser.ts';
import { type System, startSystem, until } from './system.ts';

/** The desk in the console: the note of a call, scheduled tasks, consulting, and the mailbox. */
const pictures = process.env['SAKIMORI_TEST_PICTURES'];
const password = 'a long and lonely watch';
let system: System;
let browser: Browser;
let operator: Visit;
let accountId: string;

const picture = async (page: Page, name: string) => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};
const goTo = (path: string) => operator.page.goto(`${system.console.replace(/\/$/, '')}${path}`);
const english = async (name: string) => {
  const { page } = operator;
  await page.getByText('English', { exact: true }).first().click();
  await page.waitForTimeout(300);
  await picture(page, name);
  await page.getByText('日本語', { exact: true }).first().click();
};

describe('the desk in the console', { skip: whyNoBrowser() ?? false }, () => {
  before(async () => {
    system = await startSystem();
    browser = await launchBrowser();
    operator = await visit(browser);
    const { page } = operator;
    await page.goto(system.signInLink);
    await page.getByLabel('新しいパスワード *', { exact: true }).fill(password);
    await page.getByLabel('新しいパスワード（確認）').fill(password);
    await page.getByRole('button', { name: 'パスワードを設定' }).click();
    await page.getByRole('button', { name: '後で設定する' }).click();
    accountId = (await system.admin(routes.listAccounts)).items[0]!.id;
    const params = { accountId };
    const people = [
      { name: '佐藤 花子', reading: 'さとう はなこ', phone: '03-6743-1100', mail: 'sato@yamato.example' },
      { name: '鈴木 一郎', reading: 'すずき いちろう', phone: '090-1234-5678', mail: 'suzuki@yamato.example' },
    ];
    for (const one of people)
      await system.admin(routes.createContact, { params, body: { ...one, language: 'ja', purposes: ['alerts'] } });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  for (const [by, typed, who] of [
    ['the end of the number', '5678', '鈴木 一郎'],
    ['the beginning of the furigana', 'さと', '佐藤 花子'],
  ] as const)
    test(`S52: a phone note is saved within a call: ${by} finds the caller, two fields and two keys are all`, async () => {
      const { page } = operator;
      await goTo('/tickets');
      await page.getByRole('button', { name: '電話メモ' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      const begun = performance.now();
      let keys = 0;
      const type = async (text: string) => {
        keys += [...text].length;
        await page.keyboard.insertText(text);
      };
      const press = async (key: string) => {
        keys += 1;
        await page.keyboard.press(key);
      };
      // The field of the caller has the focus: nobody takes the hands from the keys.
      await dialog.locator('input:focus').waitFor();
      await type(typed);
      await dialog.getByText(who).first().waitFor();
      await picture(page, `phone-note-${typed === '5678' ? 'number' : 'reading'}-ja`);
      await press('Enter');
      await dialog.getByRole('status').getByText(who).waitFor();
      await dialog.getByLabel('件名').focus();
      const subject = '検出について折り返し';
      await type(subject);
      await press('Control+Enter');
      await dialog.waitFor({ state: 'hidden' });
      const tookMs = performance.now() - begun;
      const found = await until(async () => {
        const { items } = await system.admin(routes.listTickets, { query: { accountId, state: 'all' } });
        return items.find((ticket) => ticket.subject === subject && ticket.requester.name === who);
      }, 'no ticket');
      assert.deepEqual([found.channel, found.kind], ['phone', 'inquiry']);
      assert.ok(found.requester.contactId, 'the note is the contact’s');
      // What is not the note itself: the few letters that find the caller, and two keys.
      assert.ok(keys - [...subject].length <= 6, `${keys} keys`);
      // A bound for a machine under load, far below the twenty seconds that a person has.
      assert.ok(tookMs < 20_000, `${Math.round(tookMs)} ms`);
    });

  test('the page of scheduled tasks says what stands there where nothing ran yet', async () => {
    const { page } = operator;
    await goTo('/scheduled-tasks');
    await page.getByRole('heading', { name: '予約タスク' }).first().waitFor();
    await page.getByText('実行の記録', { exact: true }).waitFor();
    await picture(page, 'tasks-ja');
    await english('tasks-en');
  });

  test('S33, in part: a consulting ticket says what the plan has, and the mailbox of the desk is tried in its form', async () => {
    const { page } = operator;
    const ticket = await system.admin(routes.createTicket, {
      params: { accountId },
      body: { kind: 'consulting', subject: '独自ルールの作成', text: 'お願いします', callerName: '佐藤' },
    });
    await goTo(`/tickets/${ticket.id}`);
    await page.getByText('プランでの扱い').waitFor();
    await picture(page, 'ticket-consulting-ja');
    await english('ticket-consulting-en');
    await goTo('/settings/mail');
    const card = page.getByText('お問い合わせの受信メールボックス');
    await card.waitFor();
    await page.getByLabel('IMAP サーバ').fill('127.0.0.1');
    await page.getByLabel(/^IMAP ポート/).fill('1');
    await page.getByLabel('ユーザ名').last().fill('desk');
    await page.getByRole('button', { name: '接続を確認' }).click();
    await page.getByText(/メールサーバに拒否されました/).waitFor();
    await picture(page, 'mailbox-ja');
    await english('mailbox-en');
    assert.deepEqual(
      operator.faults.filter((fault) => !/502|Bad Gateway/.test(fault)),
      [],
    );
  });
});
