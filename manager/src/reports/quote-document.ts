import { type Actor, type Language, phrase, type Quote, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { listContacts, quoteOf } from '../customers/index.ts';
import { showLine, tell } from '../notices/index.ts';
import { announce, type Platform, sha256, sql, type Tx } from '../platform/index.ts';
import { brandOf } from '../provider/index.ts';
import { printPaper } from './presses.ts';
import { numberOf, toQuotePaper } from './quote-paper.ts';
import { selectAccount, selectProviderName } from './store.ts';

export type QuoteKey = { readonly accountId: string; readonly id: string };
export type QuoteDocument = {
  readonly quote: Quote;
  readonly name: string;
  readonly pdf: Buffer;
  readonly sha256: string;
};

const selectStored = (tx: Tx, { accountId, id }: QuoteKey, language: Language) =>
  tx.first(sql<{ pdf: Buffer; sha256: string }>`
    select pdf, sha256 from reports_quote_document where tenant_id = ${accountId} and quote_id = ${id} and language = ${language}`);

/**
 * A quote as a document, with the brand that the account was served under when it was first made; from then on it is the same bytes (S104).
 * @throws Refusal `not_found` (another account's too)
 */
export async function quoteDocument(
  platform: Platform,
  actor: Actor,
  key: QuoteKey,
  language: Language,
): Promise<QuoteDocument> {
  const { accountId, id } = key;
  if (actor.accountId && actor.accountId !== accountId) throw new Refusal('not_found', { what: 'quote' });
  const providerName = (await platform.database.asProvider(selectProviderName)) ?? 'Sakimori';
  const { quote, stored, paper } = await platform.database.as(accountId, async (tx) => {
    const found = await quoteOf(tx, platform, key);
    const account = await selectAccount(tx, accountId);
    if (!found || !account) throw new Refusal('not_found', { what: 'quote' });
    const brand = await brandOf(tx, accountId);
    const facts = { quote: found, customerName: account.customer_name, providerName, brand };
    return { quote: found, stored: await selectStored(tx, key, language), paper: toQuotePaper(language, facts) };
  });
  const name = `${numberOf(quote)}.pdf`;
  if (stored) return { quote, name, ...stored };
  const made = await printPaper('quote', paper);
  // Where two people ask at once, the first one's is the document.
  const kept = await platform.database.as(accountId, async (tx) => {
    await tx.run(sql`
      insert into reports_quote_document (tenant_id, quote_id, language, sha256, pdf, made_at)
      values (${accountId}, ${id}, ${language}, ${sha256(made)}, ${made}, ${platform.clock.now()}) on conflict do nothing`);
    return (await selectStored(tx, key, language))!;
  });
  return { quote, name, ...kept };
}

/**
 * Mails the document to contacts of the account, each in their language.
 * @throws Refusal `not_found` (quote, contact), `wrong_state` where nobody may approve it any more
 */
export async function sendQuote(
  platform: Platform,
  actor: Actor,
  key: QuoteKey,
  contactIds: readonly string[],
): Promise<{ sentTo: string[] }> {
  const { accountId, id } = key;
  const documents = {
    ja: await quoteDocument(platform, actor, key, 'ja'),
    en: await quoteDocument(platform, actor, key, 'en'),
  };
  const { quote } = documents.ja;
  if (quote.state !== 'offered') throw new Refusal('wrong_state', { what: 'quote', state: quote.state });
  return platform.database.as(accountId, async (tx) => {
    const known = new Map((await listContacts(tx, accountId)).map((contact) => [contact.id, contact]));
    const contacts = contactIds.map((contactId) => {
      const contact = known.get(contactId);
      if (!contact) throw new Refusal('not_found', { what: 'contact' });
      return contact;
    });
    const reachable = contacts.filter(({ bouncedAt }) => bouncedAt === undefined);
    const account = await selectAccount(tx, accountId);
    await tell(tx, platform, {
      ...{ accountId, kind: 'quote.offered', contacts: reachable },
      compose: (language, from) => {
        const { name, pdf } = documents[language];
        const facts = {
          ...{ number: numberOf(quote), title: showLine(quote.title, 200), validUntil: quote.validUntil },
          customer: showLine(account!.customer_name, 200),
          provider: showLine(from.name(language), 200),
        };
        return {
          subject: phrase(language, 'mail.quote.subject', facts),
          text: `${[phrase(language, 'mail.quote.text', facts), from.signature(language)].filter(Boolean).join('\n\n')}\n`,
          attachments: [{ name, contentType: 'application/pdf', content: pdf }],
        };
      },
    });
    const sentTo = reachable.map(({ mail }) => mail);
    await note(tx, platform.clock, {
      ...{ accountId, actor, action: 'quote.sent', target: `quote:${id}` },
      facts: { number: quote.number, to: sentTo, sha256: documents.ja.sha256 },
    });
    await announce(tx, { topic: 'account', accountId, id: accountId });
    return { sentTo };
  });
}
