import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { routes } from '@sakimori/contract';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type Visit, visit, whyNoBrowser } from './browser.ts';
import { type System, startSystem, until } from './system.ts';

/** A customer fills in the order form at the link that an operator sent, each in a browser of their own. */
const pictures = process.env['SAKIMORI_TEST_PICTURES'];
const password = 'a long and lonely watch';
let system: System;
let browser: Browser;
let operator: Visit;

const picture = async (page: Page, name: string) => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};
const mailWith = (pattern: RegExp): Promise<string> =>
  until(async () => {
    for (const mail of (await system.mails()).toReversed()) {
      const found = pattern.exec(mail.text ?? '');
      if (found) return found[1];
    }
    return undefined;
  }, `no mail with ${pattern}`);

describe('forms of customers', { skip: whyNoBrowser() ?? false }, () => {
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
    await page.goto(`${system.console.replace(/\/$/, '')}/onboardings`);
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  test('S35, in part: the operator sends the link, the customer fills in, is told what is wrong with it, and sees nothing more once it is withdrawn', async () => {
    const { page } = operator;
    const card = page.getByRole('region', { name: 'お客様の記入フォーム' });
    await picture(page, 'forms-empty-ja');
    await card.getByRole('button', { name: '注文書の記入を依頼…' }).click();
    const dialog = page.getByRole('dialog', { name: '注文書の記入を依頼' });
    await dialog.getByLabel('お客様').fill('株式会社みやこ商店');
    await dialog.getByLabel('ご担当者').fill('鴨川 花子');
    await dialog.getByLabel('メールアドレス').fill('hanako@miyako.example');
    await picture(page, 'forms-ask-ja');
    await dialog.getByRole('button', { name: 'リンクを送信' }).click();
    await dialog.getByText('hanako@miyako.example へ記入用リンクを送信しました。').waitFor();
    await dialog.getByRole('button', { name: '閉じる' }).last().click();

    const link = await mailWith(/(http\S+\/form#[\w-]+)/);
    const customer = await visit(browser);
    await customer.page.goto(link);
    await customer.page.getByRole('heading', { name: '注文書のご記入' }).waitFor();
    const field = (label: string | RegExp) => customer.page.getByLabel(label).first();
    assert.equal(await field(/^お客様名|^契約者名|^会社名/).inputValue(), '株式会社みやこ商店');
    await field(/^注文番号/).fill('PO-500');
    await customer.page.getByRole('button', { name: '途中保存' }).click();
    await customer.page.getByText('最終保存：').waitFor();
    await customer.page.reload();
    await until(async () => ((await field(/^注文番号/).inputValue()) === 'PO-500' ? true : undefined), 'no draft');
    await picture(customer.page, 'form-ja');
    await customer.page.getByRole('button', { name: '確認コードを送信' }).click();
    const code = await mailWith(/^\s+(\d{6})$/m);
    await customer.page.getByLabel('確認コード（6 桁）').fill(code);
    await customer.page.getByRole('button', { name: '提出する' }).click();
    await customer.page.getByText(/件の不備があります/).waitFor();
    await picture(customer.page, 'form-faults-ja');
    await customer.page.getByText('English', { exact: true }).click();
    await picture(customer.page, 'form-faults-en');
    assert.deepEqual(customer.faults, []);

    await page.reload();
    await card.getByText('記入待ち').waitFor();
    await picture(page, 'forms-ja');
    const [form] = (await system.admin(routes.listForms, {})).items;
    assert.deepEqual([form?.state, form?.customerName], ['open', '株式会社みやこ商店']);
    await card.getByRole('button', { name: '取り消し' }).click();
    const withdraw = page.getByRole('dialog', { name: '取り消し' });
    await withdraw.getByLabel('理由').fill('注文書はファイルで受領');
    await withdraw.getByRole('button', { name: '取り消し' }).click();
    await card.getByText('注文書はファイルで受領').waitFor();
    await customer.page.reload();
    await customer.page.getByText('This link was withdrawn.').waitFor();
    await picture(customer.page, 'form-withdrawn-en');
    assert.deepEqual(operator.faults, []);
  });
});
