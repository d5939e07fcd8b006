import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Onboarding, type Order, Refusal, refusalText, routes } from '@sakimori/contract';
import { sampleOrder } from '../../../test/orders.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { customersRoom } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { Authority, hostsRoom } from '../hosts/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { sql } from '../platform/index.ts';
import { defaultTarget } from '../policies/index.ts';
import { type Heard, onboardingRoom } from './index.ts';
import { writeOrder } from './order-file.ts';

let platform: TestPlatform;
let service: DirectService;
/** What the hearing sheets of customers say, by the number of the order. */
const heard = new Map<string, Heard>();

before(async () => {
  // A Tuesday, 10:00 in Japan.
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z');
  const editions = Editions.read(platform.config);
  const authority = await Authority.open(platform.database, platform.vault, platform.clock);
  const publicUrl = () => 'https://console.example';
  const agents = () => '127.0.0.1:1';
  const onAccountCreated = async (tx: Parameters<typeof defaultTarget>[0], id: string) =>
    void (await defaultTarget(tx, platform, id));
  service = openDirectService(platform, [
    customersRoom(platform, { editions, onAccountCreated }),
    hostsRoom(platform, authority, { agents, onRetired: async () => undefined }),
    noticesRoom(platform, { publicUrl }),
    onboardingRoom(platform, {
      ...{ editions, authority, agents, publicUrl, onAccountCreated },
      hearing: { of: async (_, order) => heard.get(order.number), attach: async () => undefined },
    }),
  ]);
});
after(async () => {
  await service?.stop();
  await platform?.stop();
});

const staff = () => service.as(actorOf('operator'));
const paramsOf = ({ id }: { id: string }) => ({ onboardingId: id });
let made = 0;
/** An order of a customer of its own. */
function newOrder(more: Partial<Order> = {}): Order {
  made += 1;
  return sampleOrder({ number: `PO-${made}`, customerName: `Customer ${made}`, ...more });
}
const begin = (order = newOrder()) => staff()(routes.createOnboarding, { body: { order } });
const file = (order: Order) => writeOrder('ja', order).toString('base64');
async function contracted(order = newOrder()): Promise<Onboarding> {
  const begun = await begin(order);
  const filed = await staff()(routes.addOnboardingFile, {
    params: paramsOf(begun),
    body: { version: begun.version, step: 'contract', kind: 'hearing', name: 'hearing.xlsx', file: 'UEsDBA==' },
  });
  return staff()(routes.completeStep, {
    params: { ...paramsOf(begun), step: 'contract' },
    body: { version: filed.version },
  });
}
const issue = (onboarding: Onboarding) =>
  staff()(routes.issueOnboarding, { params: paramsOf(onboarding), body: { version: onboarding.version } });
const refused = (code: Refusal['code'], text?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.code, code, error.message);
  if (text) assert.match(refusalText('ja', error), text);
  return true;
};
const letters = (accountId: string) =>
  platform.database.as(accountId, (tx) =>
    tx.rows(sql<{ kind: string; recipient: string; language: string; body_text: string }>`
      select kind, recipient, language, body_text from notices_notice order by recipient`),
  );

test('S40: five steps run in order, each with owner, date and proof, and step 4 waits for step 3 by the clause', async () => {
  const order = newOrder();
  const begun = await staff()(routes.createOnboarding, { body: { file: file(order), name: '注文書.xlsx' } });
  assert.deepEqual(
    begun.steps.map(({ step, owner, state, dueOn }) => [step, owner, state, dueOn]),
    [
      ['contract', 'customer', 'open', '2026-12-01'],
      ['issue', 'provider', 'waiting', '2026-12-04'],
      ['install', 'provider', 'waiting', '2026-12-09'],
      ['rules', 'provider', 'waiting', '2026-12-11'],
      ['start', 'customer', 'waiting', '2026-12-15'],
    ],
  );
  assert.equal(begun.steps[0]!.person, order.contactName);
  const params = paramsOf(begun);
  const body = { version: begun.version };
  await assert.rejects(
    staff()(routes.completeStep, { params: { ...params, step: 'rules' }, body }),
    refused('step_order', /「ルール適用」は、手順「ご契約」の完了後.*§6：/),
  );
  await assert.rejects(staff()(routes.issueOnboarding, { params, body }), refused('step_order'));
  await assert.rejects(staff()(routes.goLive, { params, body }), refused('step_order'));
  await assert.rejects(
    staff()(routes.completeStep, { params: { ...params, step: 'contract' }, body }),
    refused('step_incomplete', /there is no hearing sheet/),
  );

  const ready = await contracted();
  const { onboarding } = await issue(ready);
  assert.deepEqual(
    onboarding.steps.map(({ state }) => state),
    ['done', 'done', 'open', 'waiting', 'waiting'],
  );
  const at = { params: { ...paramsOf(onboarding), step: 'rules' as const }, body: { version: onboarding.version } };
  await assert.rejects(
    staff()(routes.completeStep, at),
    refused('step_order', /「ルール適用」は、手順「エージェントのインストール」の完了後/),
  );
  const install = { ...at, params: { ...at.params, step: 'install' as const } };
  await assert.rejects(
    staff()(routes.completeStep, install),
    refused('step_incomplete', /web-01: not enrolled, web-02/),
  );
  const [contract, issued] = onboarding.steps;
  assert.ok(
    contract!.doneAt &&
      contract!.doneBy &&
      contract!.evidence.some(({ kind, text }) => kind === 'file' && text === 'hearing.xlsx'),
  );
  assert.deepEqual(
    issued!.evidence.map(({ kind }) => kind),
    ['account', 'mail'],
  );
});

test('S35: the original file is kept byte for byte, the order is exported again, and a file with faults names sheet and cell', async () => {
  const order = newOrder();
  const sent = file(order);
  const begun = await staff()(routes.createOnboarding, { body: { file: sent, name: '注文書.xlsx' } });
  const [kept] = begun.files;
  assert.deepEqual([kept!.kind, kept!.name], ['order', '注文書.xlsx']);
  const read = await staff()(routes.readOnboardingFile, { params: { ...paramsOf(begun), fileId: kept!.id } });
  assert.equal(read.content, sent);
  const exported = await staff()(routes.exportOrder, { params: paramsOf(begun), query: { language: 'ja' } });
  assert.equal(exported.content, sent);
  const wrong = file({ ...newOrder(), servers: [] });
  const checked = await staff()(routes.checkOrder, { body: { file: wrong } });
  assert.deepEqual(
    checked.faults.map(({ sheet, cell }) => [sheet, cell]),
    [['対象サーバ', 'A2']],
  );
  await assert.rejects(
    staff()(routes.createOnboarding, { body: { file: wrong } }),
    refused('order_invalid', /sheet “対象サーバ”, cell A2/),
  );
  await assert.rejects(staff()(routes.createOnboarding, { body: { file: 'AAAA' } }), refused('workbook_refused'));
});

test('S35, in part: the same order twice is recognised by its number and by its content, and nothing is doubled', async () => {
  const order = newOrder();
  const first = await begin(order);
  await assert.rejects(begin(order), refused('order_known', /既に受け付けています/));
  await assert.rejects(
    begin({ ...order, contactName: 'Somebody else', number: order.number.toLowerCase() }),
    refused('order_known'),
  );
  const both = await Promise.allSettled([
    begin(newOrder({ number: 'twin', customerName: 'Twin' })),
    begin(newOrder({ number: 'twin', customerName: 'Twin' })),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const checked = await staff()(routes.checkOrder, { body: { order } });
  assert.equal(checked.known?.id, first.id);
  const { items } = await staff()(routes.listOnboardings, { query: {} });
  assert.equal(items.filter(({ customerName }) => customerName === order.customerName).length, 1);
  const cancelled = await staff()(routes.cancelOnboarding, {
    params: paramsOf(first),
    body: { version: first.version, reason: 'ordered anew' },
  });
  assert.equal(cancelled.state, 'cancelled');
  assert.notEqual((await begin(order)).id, first.id);
});

test('S36: one action makes account, contract, servers, options, recipients, API key and token; asked again it doubles nothing', async () => {
  const order = newOrder();
  const ready = await contracted(order);
  const { onboarding, secrets } = await issue(ready);
  const accountId = onboarding.accountId!;
  assert.match(secrets!.apiKey, /^2:/);
  assert.equal(secrets!.hostsMax, 2);
  const { items: contacts } = await staff()(routes.listContacts, { params: { accountId } });
  assert.deepEqual(
    contacts
      .map(({ name, mail, language, purposes }) => ({ name, mail, language, purposes }))
      .sort((a, b) => a.mail.localeCompare(b.mail)),
    [...order.recipients].sort((a, b) => a.mail.localeCompare(b.mail)),
    'recipients equal the sheet',
  );
  const [contract] = (await staff()(routes.listContracts, { params: { accountId } })).items;
  assert.deepEqual(
    [contract!.number, contract!.plan, contract!.nodes, contract!.startsOn],
    [order.number, 'advanced', 2, '2026-12-15'],
  );
  const { items: servers } = await staff()(routes.listServers, { params: { accountId }, query: {} });
  assert.deepEqual(
    servers.map(({ name, support }) => [name, support]),
    [
      ['web-01', 'gold'],
      ['web-02', 'gold'],
    ],
  );
  const [quote] = (await staff()(routes.listQuotes, { query: { accountId } })).items;
  assert.deepEqual(
    [quote!.feature, quote!.state, quote!.decidedHow, quote!.decidedBy],
    ['report.monthly', 'approved', 'document', order.contractor],
  );
  assert.equal((await staff()(routes.getTerms, { params: { accountId } })).state, 'agreed');
  const again = await issue(ready);
  assert.equal(again.secrets, undefined);
  assert.equal(again.onboarding.version, onboarding.version);
  assert.equal((await letters(accountId)).length, 2);

  // The test mail is confirmed by its link, once; a link that was replaced is worthless.
  const mails = await letters(accountId);
  assert.deepEqual(
    mails.map(({ recipient, language }) => [recipient, language]),
    [
      ['hanako@miyako.example', 'ja'],
      ['night@miyako.example', 'en'],
    ],
  );
  const tokenOf = (text: string) => /confirm-mail#([\w-]{43})/.exec(text)![1]!;
  const confirmed = await staff()(routes.confirmByLink, { body: { token: tokenOf(mails[0]!.body_text) } });
  assert.deepEqual(confirmed, { mail: 'hanako@miyako.example', accountName: onboarding.accountName });
  await staff()(routes.askRecipients, { params: paramsOf(onboarding), body: {} });
  await assert.rejects(
    staff()(routes.confirmByLink, { body: { token: tokenOf(mails[1]!.body_text) } }),
    refused('link_invalid'),
  );
  await assert.rejects(staff()(routes.confirmByLink, { body: { token: 'x'.repeat(43) } }), refused('link_invalid'));
  const night = contacts.find(({ language }) => language === 'en')!;
  const told = await staff()(routes.confirmRecipient, {
    params: { ...paramsOf(onboarding), contactId: night.id },
    body: { how: 'phone' },
  });
  assert.deepEqual(told.recipients.map(({ mail, confirmedHow }) => [mail, confirmedHow]).sort(), [
    ['hanako@miyako.example', 'link'],
    ['night@miyako.example', 'phone'],
  ]);
  assert.equal(told.gate.find(({ check }) => check === 'recipients')!.result, 'pass');
  // Another address is another recipient: it is asked anew.
  await staff()(routes.updateContact, {
    params: { accountId, contactId: night.id },
    body: { name: 'Night Desk', mail: 'desk@miyako.example', language: 'en', purposes: ['alerts'] },
  });
  const changed = await staff()(routes.getOnboarding, { params: paramsOf(onboarding), query: {} });
  assert.equal(changed.gate.find(({ check }) => check === 'recipients')!.result, 'fail');
});

test('S36, in part: an issue that fails half way leaves nothing behind, and a sheet that contradicts the order blocks it', async () => {
  const order = newOrder();
  const ready = await contracted(order);
  const heardWrong = { title: 'v1', id: 'x', confirmed: true };
  heard.set(order.number, {
    ...heardWrong,
    contradictions: [
      { code: 'servers', ordered: '2', heard: '3' },
      { code: 'plan', ordered: 'advanced', heard: 'highend' },
    ],
  });
  await assert.rejects(issue(ready), refused('hearing_contradicts', /2 か所.*servers \(order: 2; hearing sheet: 3\)/));
  heard.delete(order.number);
  // The name of the account is taken by somebody else's.
  await staff()(routes.createAccount, { body: { customerName: 'Other', name: ready.accountName, plan: 'advanced' } });
  await assert.rejects(issue(ready), refused('already_exists'));
  const after = await staff()(routes.getOnboarding, { params: paramsOf(ready), query: {} });
  assert.equal(after.accountId, undefined);
  assert.equal(after.version, ready.version);
  const left = await platform.database.asProvider((tx) =>
    tx.first(sql`select 1 from customers_customer where name = ${order.customerName}`),
  );
  assert.equal(left, undefined);
});

test('S20, S21: each plan of a customer is an account of its own, and a second order of the same plan is refused at the issue', async () => {
  const customerName = 'Two Plans';
  const first = (await issue(await contracted(newOrder({ customerName })))).onboarding;
  const second = (await issue(await contracted(newOrder({ customerName, plan: 'highend', options: [] })))).onboarding;
  assert.notEqual(first.accountId, second.accountId);
  const { items } = await staff()(routes.listAccounts);
  assert.deepEqual(
    items
      .filter((one) => one.customerName === customerName)
      .map(({ plan }) => plan)
      .sort(),
    ['advanced', 'highend'],
  );
  await assert.rejects(issue(await contracted(newOrder({ customerName }))), refused('already_exists'));
});

test('S40, in part: of two people on one step the second is told who was first; a step is opened again with a reason', async () => {
  const begun = await begin();
  const params = { ...paramsOf(begun), step: 'contract' as const };
  await staff()(routes.assignStep, {
    params,
    body: { version: begun.version, person: 'K. Sato', dueOn: '2026-11-25' },
  });
  await assert.rejects(
    service.as({ ...actorOf('operator'), name: 'Second' })(routes.assignStep, {
      params,
      body: { version: begun.version, person: 'Second' },
    }),
    refused('onboarding_changed', /^A operator が先に変更しました/),
  );
  const ready = await contracted();
  const again = await staff()(routes.reopenStep, {
    params: { ...paramsOf(ready), step: 'contract' },
    body: { version: ready.version, reason: 'a page was missing' },
  });
  assert.equal(again.step, 'contract');
  assert.deepEqual(
    again.steps[0]!.remarks.map(({ kind, reason }) => [kind, reason]),
    [['reopened', 'a page was missing']],
  );
  const { onboarding } = await issue(await contracted());
  const reopen = {
    params: { ...paramsOf(onboarding), step: 'issue' as const },
    body: { version: onboarding.version, reason: 'x' },
  };
  await assert.rejects(staff()(routes.reopenStep, reopen), refused('wrong_state', /発行済み/));
  await assert.rejects(
    staff()(routes.cancelOnboarding, {
      params: paramsOf(onboarding),
      body: { version: onboarding.version, reason: 'x' },
    }),
    refused('wrong_state', /発行済み/),
  );
});

test('S40, in part: the board puts late ones first, counted in business days', async () => {
  const begun = await begin(newOrder({ startsOn: '2026-12-02' }));
  assert.deepEqual(
    begun.steps.map(({ dueOn }) => dueOn),
    ['2026-11-24', '2026-11-24', '2026-11-26', '2026-11-30', '2026-12-02'],
  );
  platform.clock.set('2026-11-30T01:00:00.000Z');
  const { items } = await staff()(routes.listOnboardings, { query: {} });
  assert.equal(items[0]!.lateBusinessDays, items.find(({ id }) => id === begun.id)!.lateBusinessDays);
  // Wednesday to Friday and Monday; the weekend does not count.
  assert.equal(items.find(({ id }) => id === begun.id)!.lateBusinessDays, 4);
});

test('S12, S41: a customer sees the own onboarding and changes nothing; another’s is not there, nor one that is not issued', async () => {
  const { onboarding } = await issue(await contracted());
  const other = (await issue(await contracted())).onboarding;
  const waiting = await contracted();
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const customer = service.as(actorOf(role, onboarding.accountId));
    const { items } = await customer(routes.listOnboardings, { query: { all: 'true' } });
    assert.deepEqual(
      items.map(({ id }) => id),
      [onboarding.id],
    );
    assert.equal((await customer(routes.getOnboarding, { params: paramsOf(onboarding), query: {} })).steps.length, 5);
    for (const hidden of [other, waiting])
      await assert.rejects(
        customer(routes.getOnboarding, { params: paramsOf(hidden), query: {} }),
        refused('not_found'),
      );
    const fileId = other.files[0]!.id;
    await assert.rejects(
      customer(routes.readOnboardingFile, { params: { ...paramsOf(other), fileId } }),
      refused('not_found'),
    );
    await assert.rejects(
      customer(routes.goLive, { params: paramsOf(onboarding), body: { version: onboarding.version } }),
      refused('forbidden'),
    );
    await assert.rejects(customer(routes.createOnboarding, { body: { order: newOrder() } }), refused('forbidden'));
    await assert.rejects(
      customer(routes.askRecipients, { params: paramsOf(onboarding), body: {} }),
      refused('forbidden'),
    );
  }
});
