import {
  type Actor,
  type ConsentWay,
  type Contact,
  type ContainmentRequest,
  type PhoneConsent,
  phrase,
  Refusal,
} from '@sakimori/contract';
import { system } from '../audit/index.ts';
import { contactById, contactsFor } from '../customers/index.ts';
import { tell } from '../notices/index.ts';
import { newId, newSecret, type Platform, sha256, type Tx } from '../platform/index.ts';
import { settleWork } from '../work/index.ts';
import { closeLinks, insertLink } from './link-store.ts';
import { type PlaybookParts, record, type Who, whoIs } from './record.ts';
import { coveringConsent } from './standing.ts';
import {
  type ConsentRow,
  insertConsent,
  lockRequest,
  markAnswered,
  markAsked,
  markEnded,
  type RequestRow,
  selectSetting,
} from './store.ts';
import { getRequest, theRequest } from './view.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** A call that is written down later than this is remembered and not recorded. */
const callAgeMs = 24 * hourMs;

export const placeOf = ({ tenant_id, id }: RequestRow) => ({ accountId: tenant_id, id });
export const wrongState = ({ state }: Pick<RequestRow, 'state'>): Refusal =>
  new Refusal('wrong_state', { what: 'containment', state: `containment-${state}` });
/** Whoever has to phone because nobody answered. */
export const unansweredKey = (requestId: string): string => `consent:${requestId}`;

/** Finds a request that the actor may see, and holds it in a transaction of its account. @throws Refusal `not_found` */
export async function withRequest<T>(
  platform: Platform,
  actor: Actor,
  id: string,
  work: (tx: Tx, request: RequestRow) => Promise<T>,
): Promise<T> {
  const { accountId } = await getRequest(platform, actor, id);
  return platform.database.as(accountId, async (tx) => work(tx, (await lockRequest(tx, accountId, id))!));
}

type Answer = {
  readonly way: ConsentWay;
  readonly answer: 'yes' | 'no';
  readonly by: string;
  readonly at: Date;
  readonly who: Who;
} & Partial<
  Pick<
    ConsentRow,
    'phone' | 'mail' | 'contact_id' | 'link_id' | 'standing_id' | 'recorded_by' | 'recorded_by_id' | 'reason'
  >
>;

/** Puts the customer's word on record: who, when and how. The request is held by this transaction, so there is one word about it. */
export async function recordAnswer(tx: Tx, parts: PlaybookParts, request: RequestRow, given: Answer): Promise<void> {
  const { clock } = parts.platform;
  const { way, answer, by, at, who, ...more } = given;
  const id = newId(clock);
  const none = { phone: null, mail: null, contact_id: null, link_id: null, standing_id: null };
  await insertConsent(tx, {
    ...{ tenant_id: request.tenant_id, id, request_id: request.id, way, answer, by_name: by, at },
    ...{ ...none, recorded_by: null, recorded_by_id: null, reason: null, ...more, recorded_at: clock.now() },
  });
  await markAnswered(tx, placeOf(request), {
    ...{ state: answer === 'yes' ? 'consented' : 'declined', consentId: id },
    until: new Date(clock.now().getTime() + request.playbook.consent.validHours * hourMs),
  });
  await closeLinks(tx, request.tenant_id, request.id, 'closed');
  await settleWork(tx, parts, {
    ...{ accountId: request.tenant_id, key: unansweredKey(request.id), evidence: `${way}: ${by}`, actor: who },
  });
  await record(tx, parts, request, who, answer === 'yes' ? 'consented' : 'declined', {
    ...{ way, customer: by },
    ...(more.phone ? { phone: more.phone } : {}),
    ...(more.mail ? { mail: more.mail } : {}),
    ...(more.standing_id ? { standing: more.standing_id } : {}),
    ...(more.reason ? { reason: more.reason } : {}),
  });
}

/** What need not be asked for: a standing consent that covers it, or nothing that takes from the customer. */
export async function consentAtOnce(tx: Tx, parts: PlaybookParts, request: RequestRow): Promise<void> {
  const at = parts.platform.clock.now();
  if (!request.needs_consent)
    return recordAnswer(tx, parts, request, { way: 'none', answer: 'yes', by: '–', at, who: system });
  const standing = await coveringConsent(tx, parts, request);
  if (!standing) return;
  await recordAnswer(tx, parts, request, {
    ...{ way: 'standing', answer: 'yes', by: standing.agreed_by, at, who: system, standing_id: standing.id },
    reason: standing.document,
  });
}

/** Whom to ask, in order: those whose address does not fail. */
async function contactsToAsk(tx: Tx, accountId: string): Promise<Contact[]> {
  const ids = (await selectSetting(tx, accountId))?.contactIds ?? [];
  const named: Contact[] = [];
  for (const id of ids) {
    const contact = await contactById(tx, id);
    if (contact?.accountId === accountId) named.push(contact);
  }
  const all = ids.length > 0 ? named : await contactsFor(tx, 'alerts');
  return all.filter(({ bouncedAt }) => !bouncedAt);
}

/**
 * Asks the customer: the first contact at once, the others when their turn comes. One that nobody answered in time may be asked again.
 * @throws Refusal `not_found`, `wrong_state`, `no_contacts`
 */
export function askContacts(parts: PlaybookParts, actor: Actor, id: string): Promise<ContainmentRequest> {
  return withRequest(parts.platform, actor, id, async (tx, request) => {
    const isAgain = request.state === 'expired' && request.consent_id === null;
    if (request.state !== 'proposed' && !isAgain) throw wrongState(request);
    const contacts = await contactsToAsk(tx, request.tenant_id);
    if (contacts.length === 0) throw new Refusal('no_contacts');
    await markAsked(tx, placeOf(request), {
      contactIds: contacts.map((contact) => contact.id),
      nextAt: nextTurn(parts.platform, request),
    });
    await sendLink(tx, parts, request, contacts[0]!, whoIs(actor));
    return theRequest(tx, id);
  });
}

export const nextTurn = ({ clock }: Pick<Platform, 'clock'>, { playbook }: RequestRow): Date =>
  new Date(clock.now().getTime() + playbook.consent.nextContactMinutes * minuteMs);

/** One contact is asked by a link of their own. The secret stands behind `#`, which no server or log sees; only its hash is kept. */
export async function sendLink(
  tx: Tx,
  { platform, publicUrl, ...desk }: PlaybookParts,
  request: RequestRow,
  contact: Contact,
  who: Who,
): Promise<void> {
  const { clock } = platform;
  const now = clock.now();
  const secret = newSecret();
  const expiresAt = new Date(now.getTime() + request.playbook.consent.linkMinutes * minuteMs);
  await insertLink(
    tx,
    {
      ...{ tenant_id: request.tenant_id, id: newId(clock), request_id: request.id, contact_id: contact.id },
      ...{ contact_name: contact.name, mail: contact.mail, language: contact.language },
      ...{ sent_at: now, expires_at: expiresAt },
    },
    sha256(secret),
  );
  await tell(tx, platform, {
    accountId: request.tenant_id,
    kind: 'consent.asked',
    contacts: [contact],
    compose: (language, from) => ({
      subject: phrase(language, 'mail.consent.subject', {
        ...{ host: request.host_name, number: request.number, playbook: request.playbook.name[language] },
      }),
      text: phrase(language, 'mail.consent.text', {
        ...{ name: contact.name, account: request.account_name, host: request.host_name },
        ...{ playbook: request.playbook.name[language], effect: request.playbook.effect[language] },
        ...{ reason: request.reason, provider: from.name(language), url: `${publicUrl()}/consent#${secret}` },
        ...{ hours: Math.max(1, Math.round(request.playbook.consent.linkMinutes / 60)), number: request.number },
      }),
    }),
  });
  await record(tx, { platform, ...desk }, request, who, 'asked', { customer: contact.name, mail: contact.mail });
}

/**
 * Writes down what somebody of the customer said on the telephone, also while links are out: the first word counts.
 * @throws Refusal `not_found`, `wrong_state`, `malformed`
 */
export function recordPhone(
  parts: PlaybookParts,
  actor: Actor,
  id: string,
  { answer, name, phone, at, reason }: PhoneConsent,
): Promise<ContainmentRequest> {
  const now = parts.platform.clock.now();
  const said = at === undefined ? now : new Date(at);
  if (said > now || now.getTime() - said.getTime() > callAgeMs)
    throw new Refusal('malformed', { detail: 'body.at: a call of the last 24 hours' });
  if (answer === 'no' && !reason) throw new Refusal('malformed', { detail: 'body.reason: why it was declined' });
  return withRequest(parts.platform, actor, id, async (tx, request) => {
    const isAgain = request.state === 'expired' && request.consent_id === null;
    if (request.state !== 'proposed' && request.state !== 'asked' && !isAgain) throw wrongState(request);
    if (said < request.created_at && at !== undefined)
      throw new Refusal('malformed', { detail: 'body.at: before it was proposed' });
    await recordAnswer(tx, parts, request, {
      ...{ way: 'phone', answer, by: name, phone, at: said, who: whoIs(actor), reason: reason ?? null },
      ...{ recorded_by: actor.name, recorded_by_id: actor.id },
    });
    return theRequest(tx, id);
  });
}

/**
 * The customer's word on the portal. Only a person of the customer says it, signed in: neither a key nor anybody of the provider answers for them.
 * @throws Refusal `forbidden`, `not_found`, `wrong_state`, `malformed`
 */
export async function consentOnPortal(
  parts: PlaybookParts,
  actor: Actor,
  id: string,
  { answer, reason }: { readonly answer: 'yes' | 'no'; readonly reason?: string | undefined },
): Promise<ContainmentRequest> {
  if (actor.accountId === undefined || actor.kind !== 'person')
    throw new Refusal('forbidden', { permission: 'containment.consent' });
  if (answer === 'no' && !reason) throw new Refusal('malformed', { detail: 'body.reason: why it is declined' });
  return withRequest(parts.platform, actor, id, async (tx, request) => {
    if (request.state !== 'proposed' && request.state !== 'asked') throw wrongState(request);
    const at = parts.platform.clock.now();
    await recordAnswer(tx, parts, request, {
      ...{ way: 'portal', answer, by: actor.name, at, who: whoIs(actor), reason: reason ?? null },
      ...{ recorded_by: actor.name, recorded_by_id: actor.id },
    });
    return theRequest(tx, id);
  });
}

/** @throws Refusal `not_found`, `wrong_state` */
export function withdraw(parts: PlaybookParts, actor: Actor, id: string, reason: string): Promise<ContainmentRequest> {
  return withRequest(parts.platform, actor, id, async (tx, request) => {
    if (!['proposed', 'asked', 'consented'].includes(request.state)) throw wrongState(request);
    const at = parts.platform.clock.now();
    await markEnded(tx, placeOf(request), { state: 'withdrawn', at, by: actor.name, reason });
    await closeLinks(tx, request.tenant_id, request.id, 'closed');
    await settleWork(tx, parts, {
      ...{ accountId: request.tenant_id, key: unansweredKey(id), evidence: reason, actor: whoIs(actor) },
      state: 'cancelled',
    });
    await record(tx, parts, request, whoIs(actor), 'withdrawn', { reason });
    return theRequest(tx, id);
  });
}
