import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ParkedMail, Refusal, routes } from '@sakimori/contract';
import { deskAddress, type MailDesk, plainMail, startMailDesk } from '../../../test/mail-desk.ts';
import { addContact } from '../../../test/notices.ts';
import { actorOf } from '../../../test/service.ts';
import { sql } from '../platform/index.ts';

let desk: MailDesk;
let yamato: string;
let musashi: string;
const talker = 'desk@other-desk.example';
const wild = 'wild@yamato.example';

before(async () => {
  desk = await startMailDesk({
    // A desk that answers every letter by a mail which says nothing of being automatic and names no thread: the loop that no header stops.
    relay: {
      content: ({ to }) => {
        if (to[0] === talker)
          void desk.send(plainMail({ from: talker, subject: '受け付けました' }), deskAddress, talker);
        return undefined;
      },
    },
  });
  yamato = await desk.notices.platform.makeAccount('Yamato');
  musashi = await desk.notices.platform.makeAccount('Musashi');
  await addContact(desk.notices.platform, yamato, wild);
  await addContact(desk.notices.platform, musashi, talker);
});
after(() => desk.stop());

const staff = () => desk.service.as(actorOf('operator'));
const listed = async (accountId: string) =>
  (await staff()(routes.listTickets, { query: { accountId, state: 'all', limit: 500 } })).items;
async function acknowledgedTo(recipient: string): Promise<number> {
  const { count } = await desk.notices.platform.database.asProvider((tx) =>
    tx.one(sql<{ count: number }>`
      select count(*) as count from notices_notice where kind = 'ticket.acknowledged' and recipient = ${recipient}`),
  );
  return count;
}
/** So many conversations at once, as a mail server holds that has much to hand over. */
async function sendAll(mails: readonly { readonly from: string; readonly subject: string }[], atOnce = 16) {
  let next = 0;
  const sender = async () => {
    for (let index = next++; index < mails.length; index = next++)
      await desk.send(plainMail(mails[index]!), deskAddress, mails[index]!.from);
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
}

test('some hundred mails at once from as many senders and from one: none is lost, the one has five acknowledgements and a hundred tickets, strangers none', async () => {
  const mails = Array.from({ length: 300 }, (_, index) => ({
    from: index % 2 === 0 ? wild : `stranger${index}@elsewhere.example`,
    subject: `夜間 ${index}`,
  }));
  await sendAll(mails);
  assert.deepEqual(await desk.settled(), { filed: 100, parked: 200 });
  const tickets = await listed(yamato);
  assert.equal(new Set(tickets.map(({ subject }) => subject)).size, 100, 'no mail became two tickets');
  assert.equal(await acknowledgedTo(wild), 5, 'also where several are filed at once');
  assert.ok(desk.relay.mails.every(({ to }) => !to.some((address) => address.startsWith('stranger'))));
});

test('parked mails are listed page by page, each once, oldest first, with how many there are', async () => {
  const pages: { items: ParkedMail[]; nextCursor?: string | undefined; total: number }[] = [];
  do {
    const cursor = pages.at(-1)?.nextCursor;
    pages.push(await staff()(routes.listParkedMails, { query: { limit: 90, ...(cursor ? { cursor } : {}) } }));
  } while (pages.at(-1)?.nextCursor);
  assert.deepEqual(
    pages.map(({ items, total }) => [items.length, total]),
    [
      [90, 200],
      [90, 200],
      [20, 200],
    ],
  );
  const all = pages.flatMap(({ items }) => items);
  assert.equal(new Set(all.map(({ id }) => id)).size, 200);
  assert.deepEqual(
    all.map(({ receivedAt }) => receivedAt),
    all.map(({ receivedAt }) => receivedAt).sort(),
  );
  assert.deepEqual(
    [all.filter(({ reason }) => reason === 'flood').length, all.filter(({ fromMail }) => fromMail === wild).length],
    [50, 50],
  );
  // What comes in or goes meanwhile moves nothing of the pages after.
  const first = await staff()(routes.listParkedMails, { query: { limit: 10 } });
  await staff()(routes.dismissParkedMail, { params: { mailId: first.items[3]!.id }, body: { reason: '広告' } });
  const second = await staff()(routes.listParkedMails, { query: { limit: 10, cursor: first.nextCursor } });
  assert.deepEqual(
    second.items.map(({ id }) => id),
    all.slice(10, 20).map(({ id }) => id),
  );
  for (const query of [{ cursor: 'x' }, { limit: 501 }, { limit: 0 }])
    await assert.rejects(
      staff()(routes.listParkedMails, { query }),
      (error: unknown) => error instanceof Refusal && error.code === 'malformed',
    );
});

test('two desks that answer each other stop after five acknowledgements, though nothing says that a program writes', async () => {
  await desk.send(plainMail({ from: talker, subject: '最初の一通' }), deskAddress, talker);
  for (let seen = -1, now = 0; seen !== now; now = (await listed(musashi)).length) {
    seen = now;
    await desk.settled();
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
  assert.equal(await acknowledgedTo(talker), 5);
  assert.equal((await listed(musashi)).length, 6, 'the first, and one for each acknowledgement');
});
