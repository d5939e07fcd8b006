import { randomInt } from 'node:crypto';
import { type ConsentAnswer, type ConsentQuestion, phrase, Refusal } from '@sakimori/contract';
import { identityFor, tell } from '../notices/index.ts';
import { type Platform, sha256, type Tx } from '../platform/index.ts';
import { entryOf } from './catalogue.ts';
import { recordAnswer } from './consents.ts';
import { countTry, type LinkRow, markLinkAnswered, selectBySecret, selectLink, setCode } from './link-store.ts';
import { type PlaybookParts, record, type Who } from './record.ts';
import { lockRequest, type RequestRow, selectConsents } from './store.ts';
import { theRequest } from './view.ts';

/** A code is good for so long, and a link for so many codes and so many wrong ones: six digits are guessed by nobody. */
const codeMs = 10 * 60_000;
const codesMax = 5;
const triesMax = 5;
const betweenCodesMs = 30_000;

const unknown = () => new Refusal('consent_link_unknown');
const closed = (state: ConsentQuestion['state']) => new Refusal('consent_closed', { state: `consent-${state}` });
const codeOf = (link: LinkRow, code: string): string => sha256(`${link.id}:${code}`);
/** Whoever answers has proven that they read the contact's mail, and is known by that. */
const contactOf = (link: LinkRow): Who => ({ kind: 'system', id: link.contact_id, name: link.contact_name });

/** Finds the account of a link, and holds its request. @throws Refusal `consent_link_unknown` */
async function withLink<T>(
  { database }: Platform,
  secret: string,
  work: (tx: Tx, request: RequestRow, link: LinkRow) => Promise<T>,
): Promise<T> {
  const found = await database.asProvider((tx) => selectBySecret(tx, sha256(secret)));
  if (!found) throw unknown();
  return database.as(found.tenant_id, async (tx) => {
    const request = await lockRequest(tx, found.tenant_id, found.request_id);
    const link = await selectLink(tx, found.tenant_id, found.id);
    if (!request || !link) throw unknown();
    return work(tx, request, link);
  });
}

/** How a link stands now. Whatever became of its request, whoever opens it is told. */
function stateOf(request: RequestRow, link: LinkRow, now: Date): ConsentQuestion['state'] {
  if (link.state === 'answered') return 'answered';
  if (request.state === 'withdrawn') return 'withdrawn';
  if (request.consent_id !== null) return 'settled';
  if (link.state === 'locked') return 'locked';
  if (link.state !== 'sent' || link.expires_at <= now || request.state !== 'asked') return 'expired';
  return 'open';
}

/** What a link asks. Changes nothing: mail servers and previews open links by themselves. @throws Refusal `consent_link_unknown` */
export function lookAtConsent({ platform }: PlaybookParts, secret: string): Promise<ConsentQuestion> {
  return withLink(platform, secret, (tx, request, link) => toQuestion(tx, platform, request, link));
}

/**
 * Mails a code to the contact whom the link was sent to, and to nobody else: a link that was passed on consents to nothing by itself.
 * @throws Refusal `consent_link_unknown`, `consent_closed`, `too_many_requests`
 */
export function sendCode(parts: PlaybookParts, secret: string): Promise<ConsentQuestion> {
  const { platform } = parts;
  return withLink(platform, secret, async (tx, request, link) => {
    const now = platform.clock.now();
    const state = stateOf(request, link, now);
    if (state !== 'open') throw closed(state);
    const wait = link.code_sent_at ? link.code_sent_at.getTime() + betweenCodesMs - now.getTime() : 0;
    if (link.code_count >= codesMax || wait > 0)
      throw new Refusal('too_many_requests', { retrySeconds: wait > 0 ? Math.ceil(wait / 1000) : 3600 });
    const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
    await setCode(tx, link, codeOf(link, code), now);
    await tell(tx, platform, {
      accountId: link.tenant_id,
      kind: 'consent.code',
      contacts: [{ accountId: link.tenant_id, id: link.contact_id, mail: link.mail, language: link.language }],
      compose: (language, from) => ({
        subject: phrase(language, 'mail.consent.codeSubject', { number: request.number }),
        text: phrase(language, 'mail.consent.codeText', {
          ...{ name: link.contact_name, code, host: request.host_name, number: request.number },
          ...{ playbook: request.playbook.name[language], provider: from.name(language) },
        }),
      }),
    });
    await record(tx, parts, request, contactOf(link), 'codeSent', { mail: link.mail });
    return toQuestion(tx, platform, request, (await selectLink(tx, link.tenant_id, link.id))!);
  });
}

/**
 * The customer's word by a link, with the code of the other mail. Of two answers at once the second finds the request settled. A wrong code is counted, and
 * that stands although the answer is refused.
 * @throws Refusal `consent_link_unknown`, `consent_closed`, `consent_code_wrong`, `malformed`
 */
export async function answerConsent(
  parts: PlaybookParts,
  { secret, code, answer, reason }: ConsentAnswer,
): Promise<ConsentQuestion> {
  const { platform } = parts;
  if (answer === 'no' && !reason) throw new Refusal('malformed', { detail: 'body.reason: why it is declined' });
  const outcome = await withLink(platform, secret, async (tx, request, link) => {
    const now = platform.clock.now();
    const state = stateOf(request, link, now);
    if (state !== 'open') return closed(state);
    const isFresh = link.code_sent_at && now.getTime() - link.code_sent_at.getTime() <= codeMs;
    if (!isFresh || link.code_hash !== codeOf(link, code)) {
      await countTry(tx, link, triesMax);
      const left = triesMax - link.try_count - 1;
      await record(tx, parts, request, contactOf(link), 'codeWrong', { left });
      return left > 0 ? new Refusal('consent_code_wrong', { left }) : closed('locked');
    }
    await markLinkAnswered(tx, link, now);
    await recordAnswer(tx, parts, request, {
      ...{ way: 'link', answer, by: link.contact_name, at: now, who: contactOf(link), mail: link.mail },
      ...{ contact_id: link.contact_id, link_id: link.id, reason: reason ?? null },
    });
    const after = (await lockRequest(tx, link.tenant_id, request.id))!;
    return toQuestion(tx, platform, after, (await selectLink(tx, link.tenant_id, link.id))!);
  });
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
}

async function toQuestion(tx: Tx, platform: Platform, request: RequestRow, link: LinkRow): Promise<ConsentQuestion> {
  const { name, effect, steps } = entryOf(request.playbook);
  const consent = (await selectConsents(tx, [request.id])).find(({ id }) => id === request.consent_id);
  const { connections } = await theRequest(tx, request.id);
  return {
    ...{ state: stateOf(request, link, platform.clock.now()), number: request.number },
    provider: (await identityFor(tx, request.tenant_id)).name(link.language),
    ...{ accountName: request.account_name, hostName: request.host_name, playbook: { name, effect, steps } },
    ...{ scope: request.scope, reason: request.reason, preview: request.preview, who: link.contact_name },
    ...(connections ? { connections } : {}),
    ...(request.source === null ? {} : { source: request.source }),
    ...(request.minutes === null ? {} : { minutes: request.minutes }),
    ...{ mailShown: maskMail(link.mail), language: link.language, expiresAt: link.expires_at.toISOString() },
    ...(link.code_sent_at ? { codeSentAt: link.code_sent_at.toISOString() } : {}),
    triesLeft: Math.max(0, triesMax - link.try_count),
    ...(consent ? { answer: consent.answer, answeredAt: consent.at.toISOString() } : {}),
  };
}

/** `y***@example.jp`: whoever got a link that was passed on does not learn the address. */
const maskMail = (mail: string): string => mail.replace(/^(.)[^@]*/u, '$1***');
