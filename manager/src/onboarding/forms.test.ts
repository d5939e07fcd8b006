import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CustomerForm, emptyOrderDraft, type OrderDraft, Refusal, routes } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import { sampleAnswers } from '../../../test/hearing.ts';
import { sampleOrder } from '../../../test/orders.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { customersRoom } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { hearingRoom } from '../hearing/index.ts';
import { Authority, hostsRoom } from '../hosts/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { sql } from '../platform/index.ts';
import { onboardingRoom } from './index.ts';

let platform: TestPlatform;
let service: DirectService;
const mail = 'hanako@miyako.example';

before(async () => {
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z');
  const editions = Editions.read(platform.config);
  const authority = await Authority.open(platform.database, platform.vault, platform.clock);
  const publicUrl = () => 'https://console.example';
  const agents = () => '127.0.0.1:1';
  const onAccountCreated = async () => undefined;
  service = openDirectService(platform, [
    customersRoom(platform, { editions, onAccountCreated }),
    hostsRoom(platform, authority, { agents, onRetired: async () => undefined }),
    noticesRoom(platform, { publicUrl }),
    hearingRoom({ platform, editions }, (task) => task),
    onboardingRoom(platform, { editions, authority, agents, publicUrl, onAccountCreated }),
  ]);
});
after(async () => {
  await service?.stop();
  await platform?.stop();
});

const staff = () => service.as(actorOf('operator'));
/** Somebody with a link and nothing else that would help: of an account that is not there. */
const customer = () => service.as(actorOf('customer-viewer', '00000000-0000-7000-8000-00000000dead'));
const letters = () =>
  platform.database.asProvider((tx) =>
    tx.rows(sql<{ kind: string; recipient: string; subject: string; body_text: string; language: string }>`
      select kind, recipient, subject, body_text, language from notices_notice where kind like 'form.%' order by created_at, id`),
  );
const newest = async (kind: string) => (await letters()).filter((letter) => letter.kind === kind).at(-1)!;
const secretOf = async (): Promise<string> =>
  /https:\/\/console\.example\/form#([\w-]{43})/.exec((await newest('form.link')).body_text)![1]!;
const codeFor = async (secret: string): Promise<string> => {
  platform.clock.advance(31_000);
  await customer()(routes.sendFormCode, { body: { secret } });
  return /^\s+(\d{6})$/m.exec((await newest('form.code')).body_text)![1]!;
};
const issueOrder = async (customerName: string, more: { days?: number; language?: 'ja' | 'en' } = {}) => {
  const body = { kind: 'order' as const, customerName, contactName: '鴨川 花子', mail, ...more };
  const form = await staff()(routes.issueForm, { body });
  return { form, secret: await secretOf() };
};
/** An order as the page holds it while it is filled in. */
function draftOf(customerName: string, number: string): OrderDraft {
  const { servers, recipients, options, ...fields } = sampleOrder({ customerName, number });
  return {
    fields: fields as OrderDraft['fields'],
    tables: {
      servers: servers as OrderDraft['tables']['servers'],
      recipients: recipients.map(({ name, purposes, ...rest }) => ({
        ...{ ...rest, recipientName: name },
        ...Object.fromEntries(purposes.map((purpose) => [purpose, true])),
      })),
      options: options as OrderDraft['tables']['options'],
    },
  };
}
const submit = async (secret: string, order: OrderDraft, code?: string) => {
  const given = code ?? (await codeFor(secret));
  const { revision } = await customer()(routes.lookAtForm, { body: { secret } });
  return customer()(routes.submitForm, { body: { secret, revision, order, by: '鴨川 花子', code: given } });
};
const params = ({ id }: CustomerForm) => ({ formId: id });
const audited = async ({ id }: CustomerForm) =>
  (
    await platform.database.asProvider((tx) =>
      tx.rows(sql<{ action: string; actor_name: string }>`
        select action, actor_name from audit_entry where target = ${`form:${id}`} order by at, id`),
    )
  ).map(({ action }) => action);

test('S35: a customer fills in the order form at the link of a mail, saves a draft, submits it once, and the provider takes it', async () => {
  const { form, secret } = await issueOrder('株式会社みやこ商店');
  const letter = await newest('form.link');
  assert.deepEqual([letter.recipient, letter.language, form.state], [mail, 'ja', 'open']);
  const opened = await customer()(routes.lookAtForm, { body: { secret } });
  assert.deepEqual([opened.order?.fields['customerName'], opened.revision], ['株式会社みやこ商店', 0]);
  assert.equal(opened.mailShown, 'h***@miyako.example');
  await customer()(routes.lookAtForm, { body: { secret } });
  const untouched = await staff()(routes.getForm, { params: params(form) });
  assert.deepEqual([untouched.savedAt, untouched.state], [undefined, 'open'], 'looking changes nothing');

  const half = emptyOrderDraft({ customerName: '株式会社みやこ商店', number: 'PO-77' });
  const saved = await customer()(routes.saveForm, { body: { secret, revision: 0, order: half } });
  assert.equal(saved.revision, 1);
  await refusedWith(customer()(routes.saveForm, { body: { secret, revision: 0, order: half } }), 'form_changed');
  assert.ok((await staff()(routes.getForm, { params: params(form) })).faults.length > 3);
  const faulty = await submit(secret, half);
  assert.ok(faulty.faults.some(({ field, code }) => field === 'contractor' && code === 'required'));
  assert.equal(faulty.state, 'open');

  const order = draftOf('株式会社みやこ商店', 'PO-77');
  platform.clock.advance(60_000);
  const done = await submit(secret, order);
  assert.deepEqual([done.state, done.submittedBy, done.faults], ['submitted', '鴨川 花子', []]);
  const { revision } = done;
  await refusedWith(customer()(routes.saveForm, { body: { secret, revision, order } }), 'form_closed');
  await refusedWith(submit(secret, order, '000000'), 'form_closed');
  assert.equal((await customer()(routes.lookAtForm, { body: { secret } })).order?.fields['number'], 'PO-77');
  const [seen] = (await staff()(routes.listForms, {})).items;
  assert.deepEqual([seen?.state, seen?.submittedBy, seen?.mail], ['submitted', '鴨川 花子', mail]);
  assert.ok(seen?.submittedAt);

  const taken = await staff()(routes.takeForm, { params: params(form) });
  const onboarding = await staff()(routes.getOnboarding, {
    params: { onboardingId: taken.onboardingId! },
    query: { language: 'ja' },
  });
  assert.deepEqual(onboarding.order, sampleOrder({ number: 'PO-77' }), 'nothing was lost on the way');
  await refusedWith(staff()(routes.takeForm, { params: params(form) }), 'form_closed');
  await refusedWith(
    staff()(routes.reopenForm, { params: params(form), body: { reason: 'x', days: 1 } }),
    'form_closed',
  );
  assert.deepEqual(await audited(form), ['form.issued', 'form.submitted', 'form.taken']);
});

test('S35: the hearing sheet is filled in at its own link and becomes a confirmed version; reopened it is submitted anew', async () => {
  const { id: hearingId } = await staff()(routes.createHearing, { body: { customerName: 'Hearing only' } });
  const body = { kind: 'hearing' as const, hearingId, contactName: 'Ken', mail, language: 'en' as const };
  const form = await staff()(routes.issueForm, { body });
  await refusedWith(staff()(routes.issueForm, { body }), 'already_exists');
  const letter = await newest('form.link');
  assert.match(letter.subject, /hearing sheet/);
  const secret = await secretOf();
  const opened = await customer()(routes.lookAtForm, { body: { secret } });
  assert.equal(opened.hearing?.answers.forms['company']?.['name'], 'Hearing only');
  const answers = sampleAnswers('Hearing only');
  const code = await codeFor(secret);
  const send = (given: typeof answers, revision: number, sent = code) =>
    customer()(routes.submitForm, { body: { secret, revision, answers: given, by: 'Ken', code: sent } });
  await refusedWith(send({ forms: {}, tables: {} }, 0), 'hearing_incomplete');
  const done = await send(answers, 0);
  assert.equal(done.state, 'submitted');
  const { versions } = await staff()(routes.getHearing, { params: { hearingId } });
  assert.deepEqual([versions[0]?.state, versions[0]?.createdBy, versions.length], ['confirmed', 'Ken', 1]);
  await refusedWith(staff()(routes.takeForm, { params: params(form) }), 'form_closed');

  const again = await staff()(routes.reopenForm, {
    params: params(form),
    body: { reason: 'two servers more', days: 3 },
  });
  assert.deepEqual([again.state, again.submittedAt], ['open', undefined]);
  await refusedWith(customer()(routes.lookAtForm, { body: { secret } }), 'form_link_unknown');
  const anew = await secretOf();
  const other = await codeFor(anew);
  const { revision } = await customer()(routes.lookAtForm, { body: { secret: anew } });
  await customer()(routes.submitForm, { body: { secret: anew, revision, answers, by: 'Ken', code: other } });
  assert.equal((await staff()(routes.getForm, { params: params(form) })).hearingVersion, 2);
});

test('S35: a link that has expired, was tampered with, withdrawn, replaced or passed on submits nothing', async () => {
  const { form, secret } = await issueOrder('Links', { days: 1 });
  const order = draftOf('Links', 'PO-90');
  await refusedWith(
    customer()(routes.lookAtForm, { body: { secret: `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}` } }),
    'form_link_unknown',
  );
  // Passed on: whoever has the link alone guesses the code, and is stopped.
  await codeFor(secret);
  const { revision } = await customer()(routes.lookAtForm, { body: { secret } });
  for (const left of [4, 3, 2, 1]) {
    const wrong = await submit(secret, order, '000000').catch((error: unknown) => error);
    assert.ok(wrong instanceof Refusal && wrong.code === 'form_code_wrong', String(wrong));
    assert.equal(wrong.facts?.['left'], left);
    assert.equal((await customer()(routes.lookAtForm, { body: { secret } })).revision, revision);
  }
  await refusedWith(submit(secret, order, '000000'), 'form_closed');
  assert.equal((await customer()(routes.lookAtForm, { body: { secret } })).state, 'locked');
  await refusedWith(customer()(routes.sendFormCode, { body: { secret } }), 'form_closed');

  await staff()(routes.renewForm, { params: params(form), body: { days: 1 } });
  await refusedWith(customer()(routes.lookAtForm, { body: { secret } }), 'form_link_unknown');
  const second = await secretOf();
  const code = await codeFor(second);
  platform.clock.advance(16 * 60_000);
  await refusedWith(submit(second, order, code), 'form_code_wrong');
  platform.clock.advance(86_400_000);
  const late = await customer()(routes.lookAtForm, { body: { secret: second } });
  assert.deepEqual([late.state, late.order], ['expired', undefined], 'what is filled in is shown no more');
  await refusedWith(
    customer()(routes.saveForm, { body: { secret: second, revision: late.revision, order } }),
    'form_closed',
  );

  await staff()(routes.renewForm, { params: params(form), body: { days: 2 } });
  const third = await secretOf();
  await staff()(routes.withdrawForm, { params: params(form), body: { reason: 'ordered by mail' } });
  const gone = await customer()(routes.lookAtForm, { body: { secret: third } });
  assert.deepEqual([gone.state, gone.order], ['withdrawn', undefined]);
  await refusedWith(customer()(routes.sendFormCode, { body: { secret: third } }), 'form_closed');
  await refusedWith(staff()(routes.renewForm, { params: params(form), body: { days: 2 } }), 'form_closed');
  assert.equal((await audited(form)).filter((action) => action === 'form.codeWrong').length, 6);
});

test('S35, in part: what is hostile, oversized or of the other kind is refused, and nothing is stored', async () => {
  const { form, secret } = await issueOrder('Hostile');
  const order = draftOf('Hostile', 'PO-91');
  const save = (body: object) => customer()(routes.saveForm, { body: { secret, revision: 0, ...body } as never });
  const withField = (name: string, value: unknown) => ({
    order: { ...order, fields: { ...order.fields, [name]: value } },
  });
  for (const body of [
    withField('remarks', 'a\0b'),
    withField('remarks', '\ud800'),
    withField('remarks', 'x'.repeat(2001)),
    withField('remarks', { nested: true }),
    withField('__proto__x', 'x'),
    { order: { ...order, tables: { ...order.tables, servers: Array.from({ length: 501 }, () => ({})) } } },
    { answers: { forms: {}, tables: {} } },
    { order, answers: { forms: {}, tables: {} } },
    {},
  ])
    await refusedWith(save(body), 'malformed');
  const wide = { remarks: 'x'.repeat(2000), name: 'y'.repeat(2000) };
  await refusedWith(
    save({ order: { ...order, tables: { ...order.tables, servers: Array.from({ length: 200 }, () => wide) } } }),
    'malformed',
  );
  const script = '<img src=x onerror=alert(1)>{=1+1}';
  await save(withField('remarks', script));
  const stored = await staff()(routes.getForm, { params: params(form) });
  assert.equal(stored.order?.fields['remarks'], script, 'it is a text and stays one');
  await refusedWith(
    staff()(routes.issueForm, { body: { kind: 'order', contactName: 'x', mail } as never }),
    'malformed',
  );
});

test('S35, in part: forms are the provider’s alone: no other account sees, opens or changes one', async () => {
  const { form } = await issueOrder('Ours');
  const { id: accountId } = await staff()(routes.createAccount, {
    body: { customerName: 'Theirs', name: 'Theirs', plan: 'advanced' },
  });
  const theirs = service.as(actorOf('customer-admin', accountId));
  await refusedWith(theirs(routes.listForms, {}), 'forbidden');
  await refusedWith(theirs(routes.getForm, { params: params(form) }), 'forbidden');
  await refusedWith(theirs(routes.withdrawForm, { params: params(form), body: { reason: 'x' } }), 'forbidden');
  await assert.rejects(
    platform.database.as(accountId, (tx) => tx.rows(sql<{ id: string }>`select id from onboarding_form`)),
    /permission denied/,
  );
});
