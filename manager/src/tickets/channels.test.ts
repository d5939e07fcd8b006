import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { routes, type TicketDetail } from '@sakimori/contract';
import { type MailDesk, plainMail, startMailDesk } from '../../../test/mail-desk.ts';
import { addContact, eventually } from '../../../test/notices.ts';
import { actorOf } from '../../../test/service.ts';

let desk: MailDesk;
let yamato: string;
before(async () => {
  desk = await startMailDesk();
  const { platform } = desk.notices;
  platform.clock.set(new Date('2026-09-01T10:00:00+09:00'));
  yamato = await platform.makeAccount('Yamato');
  await addContact(platform, yamato, 'sato@yamato.example');
});
after(() => desk.stop());

const staff = () => desk.service.as(actorOf('operator'));
const sample = (name: string) => readFileSync(join(import.meta.dirname, `../../../test/desk-mails/${name}.eml`));
const goTo = (inJapan: string) => desk.notices.platform.clock.set(new Date(`${inJapan}:00+09:00`));
const japan = (instant: string) => new Date(Date.parse(instant) + 9 * 3_600_000).toISOString().slice(0, 16);
/** The ticket of this subject that came last, once it is there. */
const ticketOf = (subject: string): Promise<TicketDetail> =>
  eventually(async () => {
    const { items } = await staff()(routes.listTickets, { query: { accountId: yamato, state: 'all', limit: 500 } });
    const found = items.find((one) => one.subject === subject);
    return found && staff()(routes.getTicket, { params: { ticketId: found.id } });
  });

for (const [row, kind] of [
  ['S60', 'change'],
  ['S98', 'consulting'],
] as const)
  test(`${row}: a mail at 18:01 on Friday 2026-09-18 is, as a ${kind} ticket, accepted on Thursday 2026-09-24 at 10:00; so is the note of a call`, async () => {
    goTo('2026-09-18T18:01');
    const subject = `${row} のお願い`;
    await desk.send(plainMail({ from: 'sato@yamato.example', subject }));
    const { id: ticketId, acceptedAt } = await ticketOf(subject);
    assert.equal(japan(acceptedAt), '2026-09-24T10:00');
    // What it is, a person says, whenever they look; the clock stays that of when it came.
    goTo('2026-09-24T11:30');
    const named = await staff()(routes.changeTicketKind, { params: { ticketId }, body: { kind } });
    assert.deepEqual(
      [named.kind, named.channel, japan(named.acceptedAt), japan(named.openedAt), named.isPromised],
      [kind, 'mail', '2026-09-24T10:00', '2026-09-18T18:01', false],
    );
    goTo('2026-09-18T18:01');
    const called = await staff()(routes.createTicket, {
      params: { accountId: yamato },
      body: { kind, subject: `電話 ${row}`, text: '折り返し希望', callerName: '佐藤' },
    });
    assert.deepEqual(
      [called.channel, japan(called.acceptedAt), japan(called.dueAt)],
      ['phone', '2026-09-24T10:00', japan(named.dueAt)],
    );
    goTo('2026-09-18T17:59');
    const inTime = plainMail({ from: 'sato@yamato.example', subject: `時間内 ${row}` });
    await desk.send(inTime);
    assert.equal(japan((await ticketOf(`時間内 ${row}`)).acceptedAt), '2026-09-18T17:59');
  });

test('HTML with scripts, handlers, frames, forms and pixels of trackers becomes its words; nothing of it is loaded, run or sent on', async () => {
  await desk.send(sample('html-hostile'));
  const ticket = await ticketOf('悪意のある HTML');
  assert.equal(ticket.messages[0]!.text, 'ルールを確認してください。\n送信一二三\n<b>そのまま</b>');
  assert.doesNotMatch(JSON.stringify(ticket), /tracker\.example|himitsu|javascript|vbscript/i);
  await staff()(routes.replyToTicket, { params: { ticketId: ticket.id }, body: { text: '回答いたします。' } });
  const letters = await eventually(async () => {
    const found = desk.relay.mails.filter(({ raw }) => raw.includes(ticket.id));
    return found.length > 1 && found;
  });
  for (const { raw } of letters) assert.doesNotMatch(raw, /tracker\.example|himitsu|text\/html/i);
});
