import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Client, createClient, Refusal, type RouteCall, routes } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import {
  applyRecipients,
  askAfterRecipients,
  proposeRecipients,
  rollbackRecipients,
} from '@sakimori/manager/notices/index';
import { type MailServer, startMailServer } from './mail-server.ts';
import { type ManagerInProcess, startManagerInProcess } from './manager-in-process.ts';
import { eventually, parseMail } from './notices.ts';
import { actorOf } from './service.ts';
import { makeSample, type SimulatedAgent } from './simulated-agent.ts';

type Step = NonNullable<RouteCall<typeof routes.changeRecipients>['body']>['steps'][number];

let system: ManagerInProcess;
let server: MailServer;
let admin: Client;
let accounts = 0;

before(async () => {
  system = await startManagerInProcess();
  admin = system.admin;
  server = await startMailServer({
    recipient: (address) => (address.startsWith('gone') ? [550, '5.1.1 no such user'] : undefined),
  });
  await admin(routes.setMailSettings, {
    body: {
      ...{ transport: 'smtp', host: '127.0.0.1', port: server.port, security: 'none' },
      ...{ fromName: '防人セキュリティ株式会社', fromAddress: 'alerts@provider.example' },
    },
  });
});
after(async () => {
  await system.stop();
  await server.stop();
});

type Person = { readonly mail: string; readonly language?: 'ja' | 'en'; readonly purposes?: ('alerts' | 'weekly')[] };
async function account(...people: Person[]) {
  const name = `Customer ${++accounts}`;
  const { accountId } = await system.makeAccount(name);
  const ids: string[] = [];
  for (const { mail, language = 'ja', purposes = ['alerts' as const] } of people) {
    const body = { name: mail.split('@')[0]!, mail, language, purposes };
    ids.push((await admin(routes.createContact, { params: { accountId }, body })).id);
  }
  return { accountId, ids, name };
}
const change = (accountId: string, steps: Step[], more: object = {}) =>
  admin(routes.changeRecipients, {
    params: { accountId },
    body: { steps, reason: '担当者の異動', requestedBy: '佐藤 花子', ...more },
  });
const undo = (accountId: string, changeId: string) =>
  admin(routes.undoRecipientChange, { params: { accountId, changeId }, body: { reason: 'ご依頼の誤り' } });
const changes = async (accountId: string) =>
  (await admin(routes.listRecipientChanges, { params: { accountId } })).items;
const listOf = async (accountId: string) =>
  (await admin(routes.listContacts, { params: { accountId } })).items
    .filter(({ purposes }) => purposes.includes('alerts'))
    .map(({ mail }) => mail)
    .sort();
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const lettersTo = (mail: string) => server.mails.filter(({ to }) => to[0] === mail);
/** What a mail said, once the server has so many for the address. */
const letter = async (mail: string, count = 1) =>
  parseMail((await eventually(async () => lettersTo(mail).length >= count && lettersTo(mail)))[count - 1]!.raw);
const secretOf = (text: string) => /\/recipient#([\w-]{43})/.exec(text)![1]!;

let files = 0;
/** A real alert: an agent's detection, through door, alert and outbox to the server. @returns to whom it went */
async function raise(agent: SimulatedAgent): Promise<string[]> {
  system.clock.advance(120_000);
  const sample = makeSample('integrity', agent, {
    ...{ severity: 'critical', subject: `/etc/file-${++files}`, occurredAt: system.clock.now().toISOString() },
  });
  await agent.sendDetections([sample]);
  const about = async () => {
    const found = [];
    for (const mail of server.mails) if ((await parseMail(mail.raw)).text!.includes(sample.id)) found.push(mail.to[0]!);
    return found.length > 0 && found.sort();
  };
  await eventually(about);
  await new Promise((resolve) => setTimeout(resolve, 500));
  return (await about()) || [];
}

test('S55: after a change the next alert goes only to the new list; both sides were written to, and both mails are on record', async () => {
  const { accountId, ids, name } = await account(
    { mail: 'old1@customer.example', language: 'en' },
    { mail: 'stays1@customer.example' },
  );
  const agent = await system.enrol(accountId);
  assert.deepEqual(await raise(agent), ['old1@customer.example', 'stays1@customer.example']);

  const done = await change(accountId, [
    { deed: 'replace', contactId: ids[0]!, mail: 'new1@customer.example', name: '新任', language: 'ja' },
  ]);
  assert.deepEqual(
    done.lists.map(({ purpose, before, after }) => [purpose, before.map((r) => r.mail), after.map((r) => r.mail)]),
    [
      [
        'alerts',
        ['old1@customer.example', 'stays1@customer.example'],
        ['new1@customer.example', 'stays1@customer.example'],
      ],
    ],
  );
  const toNew = await letter('new1@customer.example');
  assert.match(toNew.subject!, /通知先への登録のご確認/);
  assert.match(toNew.text!, /受信のご確認をお願いいたします[\s\S]*new1@customer\.example[\s\S]*アラート/);
  assert.doesNotMatch(
    toNew.text!,
    /old1@|stays1@|異動/,
    'an address that nobody confirmed learns nothing of the others',
  );
  const toOld = await letter('old1@customer.example', 2);
  assert.match(toOld.subject!, /recipients of security notices were changed/);
  assert.match(String(toOld.html), /佐藤 花子[\s\S]*old1@customer\.example[\s\S]*new1@customer\.example/);
  assert.doesNotMatch(toOld.text!, /recipient#/, 'the link is the new address’s alone');
  assert.match((await letter('stays1@customer.example', 2)).subject!, /通知先を変更いたしました/);

  assert.deepEqual(await raise(agent), ['new1@customer.example', 'stays1@customer.example']);
  const notices = (await admin(routes.listNotices, { query: { accountId } })).items;
  const record = (await changes(accountId))[0]!;
  assert.deepEqual(record.mails.map(({ part, to, state }) => `${part} ${to} ${state}`).sort(), [
    'new new1@customer.example asked',
    'old old1@customer.example told',
    'old stays1@customer.example told',
  ]);
  for (const { noticeId, to } of record.mails)
    assert.equal(notices.find(({ id }) => id === noticeId)?.recipient, to, 'the mail is in the outbox’s record');
  assert.equal(record.reason, '担当者の異動');
  const [entry] = await system.audit(accountId, 'contact.recipients_changed');
  assert.equal(entry!.facts['requestedBy'], '佐藤 花子');

  const secret = secretOf(toNew.text!);
  const looked = await admin(routes.lookAtRecipient, { body: { secret } });
  assert.deepEqual([looked.state, looked.mail, looked.accountName], ['open', 'new1@customer.example', name]);
  assert.equal((await admin(routes.answerRecipient, { body: { secret, answer: 'yes' } })).state, 'confirmed');
  assert.equal((await admin(routes.answerRecipient, { body: { secret, answer: 'no' } })).state, 'confirmed');
  assert.equal((await changes(accountId))[0]!.mails.find(({ part }) => part === 'new')!.state, 'confirmed');

  await undo(accountId, record.id);
  assert.match((await letter('new1@customer.example', 3)).subject!, /変更を取り消しました/);
  assert.match((await letter('old1@customer.example', 3)).subject!, /was undone/);
  assert.deepEqual(await raise(agent), ['old1@customer.example', 'stays1@customer.example']);
  await assert.rejects(undo(accountId, record.id), refused('wrong_state'));
});

test('S55: an address that fails does not leave the account without recipients: the former list comes back by itself', async () => {
  const { accountId, ids } = await account({ mail: 'only2@customer.example' });
  await change(accountId, [{ deed: 'replace', contactId: ids[0]!, mail: 'gone2@customer.example' }]);
  await eventually(async () => (await changes(accountId))[0]!.state === 'rolledBack');
  const [{ mails, rolledBackBy }] = (await changes(accountId)) as [Awaited<ReturnType<typeof changes>>[number]];
  assert.equal(rolledBackBy, 'system');
  assert.equal(mails.find(({ part }) => part === 'new')!.state, 'undelivered');
  assert.deepEqual(await listOf(accountId), ['only2@customer.example']);
  const agent = await system.enrol(accountId);
  assert.deepEqual(await raise(agent), ['only2@customer.example']);
  const { items } = await admin(routes.listWork, { query: { accountId, show: 'unended' } });
  assert.ok(
    items.some(({ kind }) => kind === 'mailUndelivered'),
    'somebody asks the customer for an address that works',
  );

  // Where another recipient is left, the change stands and the address that fails is marked.
  const two = await account({ mail: 'first2@customer.example' });
  const added = await change(two.accountId, [
    { deed: 'add', name: 'gone', mail: 'gone3@customer.example', language: 'ja', purposes: ['alerts'] },
  ]);
  await eventually(async () => (await changes(two.accountId))[0]!.mails.some(({ state }) => state === 'undelivered'));
  assert.equal((await changes(two.accountId)).find(({ id }) => id === added.id)!.state, 'applied');
});

test('S55: somebody whom the mail reached by mistake says so: nothing more goes there; one who says nothing is asked after', async () => {
  const { accountId, ids } = await account({ mail: 'only4@customer.example' });
  await change(accountId, [{ deed: 'replace', contactId: ids[0]!, mail: 'stranger4@elsewhere.example' }]);
  const secret = secretOf((await letter('stranger4@elsewhere.example')).text!);
  assert.equal((await admin(routes.answerRecipient, { body: { secret, answer: 'no' } })).state, 'refused');
  assert.deepEqual(await listOf(accountId), ['only4@customer.example']);
  const kinds = async () =>
    (await admin(routes.listWork, { query: { accountId, show: 'unended' } })).items.map(({ kind }) => kind);
  assert.ok((await kinds()).includes('recipientRefused'));
  await assert.rejects(admin(routes.lookAtRecipient, { body: { secret: 'x'.repeat(43) } }), refused('link_invalid'));
  const quiet = await account({ mail: 'only5@customer.example' });
  await change(quiet.accountId, [{ deed: 'replace', contactId: quiet.ids[0]!, mail: 'quiet5@customer.example' }]);
  const text = (await letter('quiet5@customer.example')).text!;
  system.clock.advance(3 * 24 * 3600_000);
  await askAfterRecipients(system.platform).run();
  const waiting = async () =>
    (await admin(routes.listWork, { query: { accountId: quiet.accountId, show: 'unended' } })).items.filter(
      ({ kind }) => kind === 'recipientWaiting',
    ).length;
  assert.equal(await waiting(), 1);
  await admin(routes.answerRecipient, { body: { secret: secretOf(text), answer: 'yes' } });
  assert.equal(await waiting(), 0);
});

test('S55: a slip of the pen, a second of the same, the last one removed and an outdated preview are each refused with a clear word', async () => {
  const { accountId, ids } = await account(
    { mail: 'a6@customer.example' },
    { mail: 'b6@customer.example', purposes: ['weekly'] },
  );
  const add = (mail: string, name = '追加'): Step => ({
    deed: 'add',
    name,
    mail,
    language: 'ja',
    purposes: ['alerts'],
  });
  for (const mail of [
    'a6@customer',
    'a6@customer.example\r\nBcc: x@evil.example',
    'a6@customer.example,x@evil.example',
    '@',
    `${'x'.repeat(300)}@customer.example`,
  ])
    await assert.rejects(change(accountId, [add(mail)]), refused('malformed'), mail);
  await assert.rejects(
    change(accountId, [add('c6@customer.example', '追加\r\nBcc: x@evil.example')]),
    refused('malformed'),
  );
  await assert.rejects(change(accountId, [add('A6@Customer.example')]), refused('recipient_duplicate'));
  await assert.rejects(
    change(accountId, [add('c6@customer.example'), add('C6@customer.example')]),
    refused('recipient_duplicate'),
  );
  await assert.rejects(
    change(accountId, [{ deed: 'replace', contactId: ids[0]!, mail: 'b6@customer.example' }]),
    refused('recipient_duplicate'),
  );
  await assert.rejects(change(accountId, [{ deed: 'remove', contactId: ids[0]! }]), refused('recipients_none_left'));
  await assert.rejects(
    change(accountId, [{ deed: 'remove', contactId: ids[1]!, purposes: ['alerts'] }]),
    refused('recipient_not_listed'),
  );
  await assert.rejects(change(accountId, [], {}), refused('malformed'));
  const preview = (steps: Step[]) => admin(routes.previewRecipients, { params: { accountId }, body: { steps } });
  const seen = await preview([add('typo@custmer.example')]);
  assert.deepEqual(seen.strangeDomains, ['custmer.example']);
  assert.deepEqual(
    seen.mails.map(({ part, to }) => `${part} ${to}`),
    ['new typo@custmer.example', 'old a6@customer.example'],
  );
  assert.deepEqual(await listOf(accountId), ['a6@customer.example'], 'a preview changes nothing');
  const done = await change(accountId, [add('c6@customer.example')], { basis: seen.basis });
  await assert.rejects(
    change(accountId, [add('d6@customer.example')], { basis: seen.basis }),
    refused('recipients_changed'),
  );
  // The former list cannot come back over what somebody changed by hand since.
  const added = done.lists[0]!.after.find(({ mail }) => mail === 'c6@customer.example')!;
  await admin(routes.updateContact, {
    params: { accountId, contactId: added.contactId },
    body: { name: '別人', mail: 'e6@customer.example', language: 'ja', purposes: ['alerts'] },
  });
  await assert.rejects(undo(accountId, done.id), refused('recipients_changed'));
});

test('S55: of two contradictory changes at once one is refused, and the list never ends empty', async () => {
  const { accountId, ids } = await account({ mail: 'a7@customer.example' }, { mail: 'b7@customer.example' });
  const both = await Promise.allSettled(ids.map((contactId) => change(accountId, [{ deed: 'remove', contactId }])));
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await listOf(accountId)).length, 1);
});

test('S55: changes of recipients are the provider’s to make, and of no other account', async () => {
  const [mine, other] = [await account({ mail: 'a8@customer.example' }), await account({ mail: 'b8@other.example' })];
  await assert.rejects(
    change(mine.accountId, [{ deed: 'replace', contactId: other.ids[0]!, mail: 'c8@customer.example' }]),
    refused('not_found'),
  );
  const as = async (role: 'customer-admin' | 'customer-viewer' | 'soc-analyst', accountId?: string) => {
    const key = await createKeyFor(system.platform, { name: role, role, ...(accountId ? { accountId } : {}) });
    return createClient({ base: `${system.manager.consoleUrl}/service`, headers: { authorization: `Bearer ${key}` } });
  };
  const customer = await as('customer-admin', mine.accountId);
  const params = { accountId: mine.accountId };
  const body = { steps: [{ deed: 'remove' as const, contactId: mine.ids[0]! }], reason: 'x' };
  for (const client of [customer, await as('customer-viewer', mine.accountId), await as('soc-analyst')])
    await assert.rejects(client(routes.changeRecipients, { params, body }), refused('forbidden'));
  assert.deepEqual((await customer(routes.listRecipientChanges, { params })).items, []);
  await assert.rejects(
    customer(routes.listRecipientChanges, { params: { accountId: other.accountId } }),
    refused('not_found'),
  );
  // As the account's own transaction, whoever calls it: another account's contacts and changes are not there.
  const { database } = system.platform;
  const actor = actorOf('operator');
  const steps: Step[] = [{ deed: 'replace', contactId: other.ids[0]!, mail: 'd8@customer.example' }];
  const foreign = (work: Parameters<typeof database.as<unknown>>[1]) => database.as(mine.accountId, work);
  await assert.rejects(
    foreign((tx) => proposeRecipients(tx, system.platform, other.accountId, { steps })),
    refused('not_found'),
  );
  const theirs = await change(other.accountId, [
    { deed: 'replace', contactId: other.ids[0]!, mail: 'e8@other.example' },
  ]);
  await assert.rejects(
    foreign((tx) => rollbackRecipients(tx, system.platform, actor, { accountId: other.accountId, id: theirs.id }, 'x')),
    refused('not_found'),
  );
  await assert.rejects(
    foreign((tx) => applyRecipients(tx, system.platform, actor, other.accountId, { steps, reason: 'x' })),
    refused('not_found'),
  );
});
