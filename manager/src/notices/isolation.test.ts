import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type MailServer, startMailServer, type TakenMail } from '../../../test/mail-server.ts';
import {
  addContact,
  addHost,
  eventually,
  makeDetection,
  parseMail,
  readNotices,
  startTestNotices,
  type TestNotices,
  tellOf,
} from '../../../test/notices.ts';
import { accountsWithoutRecipients, tell } from './index.ts';

let notices: TestNotices;
let server: MailServer;

before(async () => {
  notices = await startTestNotices();
  server = await startMailServer();
  await notices.useServer(server.port);
});
after(async () => {
  await server.stop();
  await notices.stop();
});

type Account = {
  readonly mark: string;
  readonly accountId: string;
  readonly hostId: string;
  readonly addresses: string[];
};
let round = 0;

/** Every text of the account carries a mark that no other account's has. */
async function makeAccount(index: number, contactCount: number): Promise<Account> {
  const { platform } = notices;
  const mark = `mark-${round}-${index}-z`;
  const accountId = await platform.makeAccount(`account ${mark}`);
  const hostId = await addHost(platform, accountId, `host-${mark}`);
  const addresses = Array.from({ length: contactCount }, (_, n) => `c${n}.${mark}@customer.example`);
  for (const [n, address] of addresses.entries()) await addContact(platform, accountId, address, n % 2 ? 'en' : 'ja');
  return { mark, accountId, hostId, addresses };
}

async function assertOwn(mail: TakenMail, accounts: readonly Account[]): Promise<void> {
  assert.equal(mail.to.length, 1, 'one mail, one contact');
  const owner = accounts.find(({ addresses }) => addresses.includes(mail.to[0]!));
  assert.ok(owner, 'a mail to nobody we know');
  const parsed = await parseMail(mail.raw);
  const said = [parsed.subject, parsed.text, parsed.html, mail.raw, mail.from].join('\n');
  assert.ok(parsed.text!.includes(owner.mark));
  for (const other of accounts) {
    if (other === owner) continue;
    for (const own of [other.mark, other.accountId, other.hostId])
      assert.ok(!said.includes(own), `${owner.mark} reads of ${other.mark}`);
  }
}

test('no mail to a contact of one account holds a word of another account', async () => {
  const { platform } = notices;
  const scene = fc.record({
    contacts: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 5 }),
    alerts: fc.array(fc.tuple(fc.nat(4), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), fc.boolean()), {
      minLength: 1,
      maxLength: 12,
    }),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ contacts, alerts }) => {
      round += 1;
      const accounts = await Promise.all(contacts.map((count, index) => makeAccount(index, count)));
      const before = server.mails.length;
      const told = await Promise.all(
        alerts.map(async ([of, text, isLog]) => {
          const account = accounts[of % accounts.length]!;
          const parts = isLog
            ? {
                kind: 'log.matched',
                module: 'loginspection' as const,
                file: undefined,
                log: { source: '/var/log/auth.log', lines: [`${text} ${account.mark}`] },
              }
            : { file: { path: `/srv/${account.mark}/${text}`, changed: [] } };
          return (await tellOf(platform, makeDetection(platform, account.accountId, account.hostId, parts as object)))
            .letters;
        }),
      );
      const expected = told.reduce((sum, letters) => sum + letters, 0);
      await eventually(async () => {
        const states = await Promise.all(accounts.map(({ accountId }) => readNotices(platform, accountId)));
        return states.flat().every(({ state }) => state === 'sent');
      });
      const mails = server.mails.slice(before);
      assert.equal(mails.length, expected);
      for (const mail of mails) await assertOwn(mail, accounts);
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test('a letter to a contact of another account is refused before it is written', async () => {
  const { platform } = notices;
  const [own, other] = [await makeAccount(100, 0), await makeAccount(101, 1)];
  const contact = { id: own.hostId, accountId: other.accountId, mail: other.addresses[0]!, language: 'ja' as const };
  const telling = {
    accountId: own.accountId,
    kind: 'alert.opened',
    contacts: [contact],
    compose: () => ({ subject: 'x', text: 'x' }),
  };
  await assert.rejects(
    platform.database.as(own.accountId, (tx) => tell(tx, platform, telling)),
    /another account/,
  );
  assert.deepEqual(await readNotices(platform, own.accountId), []);
});

test('accounts of which nobody would be told are listed for the provider', async () => {
  const { platform } = notices;
  const silent = await makeAccount(200, 0);
  const told = await makeAccount(201, 1);
  const listed = (await platform.database.asProvider(accountsWithoutRecipients)).map(({ id }) => id);
  assert.ok(listed.includes(silent.accountId));
  assert.ok(!listed.includes(told.accountId));
});
