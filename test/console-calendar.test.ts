import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { phrase, routes } from '@sakimori/contract';
import { holidaysOf } from '@sakimori/contract/calendar/index';
import { holidayCsv, toShiftJis } from '@sakimori/contract/calendar/shift-jis';
import type { Browser } from 'playwright-core';
import { launchBrowser, type Visit, visit, whyNoBrowser } from './browser.ts';
import { makeAccount, type System, startSystem } from './system.ts';

/** The page of business days, as an operator works on it and as a customer reads it. */
const password = 'a long and lonely watch';
/** A folder for pictures of the page, where somebody wants to look at it. */
const pictures = process.env['SAKIMORI_TEST_PICTURES'];
let system: System;
let accountId: string;
let browser: Browser;
let operator: Visit;

async function enter(link: string, size?: { width: number; height: number }): Promise<Visit> {
  const visitor = await visit(browser, size);
  const { page } = visitor;
  await page.goto(link);
  await page.getByLabel('新しいパスワード *', { exact: true }).fill(password);
  await page.getByLabel('新しいパスワード（確認）').fill(password);
  await page.getByRole('button', { name: 'パスワードを設定' }).click();
  await page.getByRole('button', { name: '後で設定する' }).click();
  await page.goto(`${system.console.replace(/\/$/, '')}/calendar?year=2026`);
  return visitor;
}
async function picture(visitor: Visit, name: string): Promise<void> {
  if (pictures) await visitor.page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

describe('business days in the console', { skip: whyNoBrowser() ?? false }, () => {
  before(async () => {
    system = await startSystem();
    accountId = await makeAccount(system, 'yamato', ['ja']);
    browser = await launchBrowser();
    operator = await enter(system.signInLink);
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  test('S53: a year shows each day for what it is; a day is closed by a click and taken back by undo', async () => {
    const { page } = operator;
    await page.getByRole('button', { name: '2026-09-22 祝日（国民の休日）' }).waitFor();
    await page.getByRole('button', { name: '2026-12-30 年末年始休業' }).waitFor();
    await page.getByRole('button', { name: '2026-12-29 営業日' }).click();
    const dialog = page.getByRole('dialog', { name: '休業日・臨時営業日を追加' });
    const save = dialog.getByRole('button', { name: '追加する' });
    assert.ok(await save.isDisabled(), 'without a reason');
    await dialog.getByLabel('理由').fill('年末の棚卸し');
    await picture(operator, 'add-ja');
    await save.click();
    await page.getByRole('button', { name: '2026-12-29 臨時休業（年末の棚卸し）' }).waitFor();
    const list = page.getByRole('region', { name: '休業日・臨時営業日' });
    await list.getByRole('cell', { name: '年末の棚卸し' }).waitFor();
    await picture(operator, 'calendar-ja');
    const changes = page.getByRole('region', { name: '変更履歴' });
    await changes.getByRole('button', { name: '直前の変更を元に戻す' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '直前の変更を元に戻す' }).click();
    await page.getByRole('button', { name: '2026-12-29 営業日' }).waitFor();
    await changes.getByRole('cell', { name: '元に戻す', exact: true }).waitFor();
    assert.equal((await system.admin(routes.getCalendar, { query: {} })).version, 2);
  });

  test('S50, in part: when something is due is told with each day on the way', async () => {
    const due = operator.page.getByRole('region', { name: '期限の計算' });
    await due.getByLabel('受信日時（日本時間）').fill('2026-12-28T15:00');
    await due.getByText('2027/01/05 18:00:00 JST').waitFor();
    await due.getByText('数え方（9 日間）').click();
    await due.getByText('祝日（元日）のため、数えません。').waitFor();
    await picture(operator, 'due-ja');
  });

  test('S53: a list of holidays is looked at, and taken; a broken one names its lines', async () => {
    const { page } = operator;
    const days = [2026, 2027, 2028].flatMap((year) =>
      holidaysOf(year).map(({ date, id }): [string, string] => [date, phrase('ja', `holiday.${id}`)]),
    );
    const choose = (text: string) =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name: 'syukujitsu.csv', mimeType: 'text/csv', buffer: Buffer.from(toShiftJis(text)) });
    await page.getByRole('button', { name: '祝日一覧を取り込む' }).click();
    const dialog = page.getByRole('dialog', { name: '祝日一覧を取り込む' });
    const take = dialog.getByRole('button', { name: '取り込む', exact: true });
    await choose(holidayCsv(days).replace('2026/1/1,', '2026/1/32,'));
    await dialog.getByText('2 行目：存在しない日付です：2026/1/32').waitFor();
    assert.ok(await take.isDisabled());
    await choose(holidayCsv([...days, ['2028-06-09', '新しい祝日']]));
    await dialog.getByRole('cell', { name: '新しい祝日' }).waitFor();
    await picture(operator, 'import-ja');
    await take.click();
    await page.goto(`${system.console.replace(/\/$/, '')}/calendar?year=2028`);
    await page.getByRole('button', { name: '2028-06-09 祝日（新しい祝日）' }).waitFor();
  });

  test('S53: a subscription shows its address once, and is revoked', async () => {
    const { page } = operator;
    const feeds = page.getByRole('region', { name: 'カレンダーの購読' });
    await feeds.getByRole('button', { name: '購読 URL を発行' }).click();
    const dialog = page.getByRole('dialog', { name: '購読 URL を発行' });
    await dialog.getByLabel('名前').fill('運用チーム');
    await dialog.getByRole('button', { name: '購読 URL を発行' }).click();
    const url = (await dialog.locator('pre').textContent())!.trim();
    assert.match(await (await fetch(url)).text(), /SUMMARY:新しい祝日/);
    await page.keyboard.press('Escape');
    await feeds.getByRole('cell', { name: '運用チーム' }).waitFor();
    await feeds.getByRole('button', { name: '失効' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '失効' }).click();
    await feeds.getByText('購読はありません').waitFor();
    assert.equal((await fetch(url)).status, 404);
    assert.deepEqual(operator.faults, []);
  });

  test('S12: a customer reads their own calendar on a phone in either language, and changes nothing', async () => {
    await system.admin(routes.addOverride, {
      body: { accountId, from: '2026-12-26', effect: 'working', reason: '移行立ち会い' },
    });
    const { link } = await system.admin(routes.createPerson, {
      body: { name: '閲覧 太郎', mail: 'viewer@yamato.example', role: 'customer-viewer', accountId },
    });
    const customer = await enter(link, { width: 360, height: 780 });
    const { page, context, faults } = customer;
    await page.getByTitle('2026-12-26 臨時営業（移行立ち会い）').waitFor();
    const isWithin = async () => assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 360);
    await isWithin();
    for (const name of ['休業日・臨時営業日を追加', '祝日一覧を取り込む', '取り消す', '購読 URL を発行'])
      assert.equal(await page.getByRole('button', { name }).count(), 0, name);
    await page.getByText('English', { exact: true }).click();
    await page.getByTitle('2026-12-26 opened by the provider (移行立ち会い)').waitFor();
    await page.getByTitle('2026-09-22 a national holiday (Citizens’ holiday)').waitFor();
    await isWithin();
    await picture(customer, 'customer-en');
    assert.deepEqual(faults, []);
    await context.close();
    if (!pictures) return;
    await operator.page.goto(`${system.console.replace(/\/$/, '')}/calendar?year=2026&account=${accountId}`);
    await operator.page.getByText('English', { exact: true }).click();
    await operator.page.getByRole('button', { name: /2026-12-26 opened/ }).waitFor();
    await picture(operator, 'calendar-en');
  });
});
