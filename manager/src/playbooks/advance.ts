import { type Contact, phrase } from '@sakimori/contract';
import { system } from '../audit/index.ts';
import { contactById } from '../customers/index.ts';
import { cancelTasks } from '../hosts/index.ts';
import type { Tx } from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import { nextTurn, placeOf, sendLink, unansweredKey } from './consents.ts';
import { endRequest, giveLifts, timedOf } from './lift.ts';
import { closeLinks, selectLinks } from './link-store.ts';
import { type PlaybookParts, record } from './record.ts';
import { lockRequest, markConfirmed, type RequestRow, selectOpen, selectTasks, setNextContact } from './store.ts';

/** What follows by the clock and by what hosts say. @returns how many requests were looked at */
export async function advanceRequests(parts: PlaybookParts): Promise<number> {
  const { database, log } = parts.platform;
  const open = await database.asProvider((tx) => selectOpen(tx));
  for (const { tenant_id: accountId, id } of open)
    await database
      .as(accountId, async (tx) => {
        const request = await lockRequest(tx, accountId, id);
        if (request?.state === 'asked') await askNext(tx, parts, request);
        if (request?.state === 'consented') await expireConsent(tx, parts, request);
        if (request?.state === 'running') await follow(tx, parts, request);
      })
      .catch((error: Error) =>
        log.error({ requestId: id, err: error.message }, 'a containment request could not go on; it tries again'),
      );
  return open.length;
}

/** The next contact's turn comes by the clock, or at once where a letter came back. When all were asked, somebody has to phone. */
async function askNext(tx: Tx, parts: PlaybookParts, request: RequestRow): Promise<void> {
  const now = parts.platform.clock.now();
  const links = (await selectLinks(tx, [request.id])).filter(({ state }) => state !== 'closed');
  const last = links.at(-1);
  if (request.next_contact_at) {
    const isBack = last && (await contactById(tx, last.contact_id))?.bouncedAt;
    if (isBack || request.next_contact_at <= now) {
      const next = await nextContact(tx, request, new Set(links.map(({ contact_id }) => contact_id)));
      if (next) {
        await setNextContact(tx, placeOf(request), nextTurn(parts.platform, request));
        await sendLink(tx, parts, request, next, system);
      } else {
        await setNextContact(tx, placeOf(request), null);
        await raiseWork(tx, parts, {
          ...{ accountId: request.tenant_id, kind: 'consentUnanswered', key: unansweredKey(request.id) },
          ...{ target: `host:${request.host_id}`, dueAt: now },
          facts: { host: request.host_name, number: request.number },
        });
        await record(tx, parts, request, system, 'unanswered', { contacts: links.length });
      }
      return;
    }
  }
  if (links.some(({ expires_at }) => expires_at > now) || request.next_contact_at) return;
  await closeLinks(tx, request.tenant_id, request.id, 'expired');
  await endRequest(tx, parts, request, { what: 'expired', who: system, reason: 'unanswered' });
}

/** Those that were named when asking began, without those who were asked, have left or whose address fails. */
async function nextContact(tx: Tx, request: RequestRow, asked: ReadonlySet<string>): Promise<Contact | undefined> {
  for (const id of request.contact_ids) {
    if (asked.has(id)) continue;
    const contact = await contactById(tx, id);
    if (contact && !contact.bouncedAt && contact.accountId === request.tenant_id) return contact;
  }
  return undefined;
}

async function expireConsent(tx: Tx, parts: PlaybookParts, request: RequestRow): Promise<void> {
  if (request.consent_until && request.consent_until > parts.platform.clock.now()) return;
  await endRequest(tx, parts, request, { what: 'expired', who: system, reason: 'notRun' });
}

/** What hosts say of it, and its end by the clock. */
async function follow(tx: Tx, parts: PlaybookParts, request: RequestRow): Promise<void> {
  const { platform } = parts;
  const now = platform.clock.now();
  const tasks = await selectTasks(tx, [request.id]);
  const scans = tasks.filter(({ deed }) => deed.endsWith('-scan'));
  // A scan takes hours: what is done is done before it ends.
  const counted = scans.length === tasks.length ? scans : tasks.filter((task) => !scans.includes(task));
  const ended = counted.filter(({ state }) => !['waiting', 'sent'].includes(state));
  const isAnswered = ended.length === counted.length;
  if (isAnswered && ended.every(({ state }) => state !== 'done')) {
    const reason = ended[0]?.detail ?? 'no host could carry it out';
    await endRequest(tx, parts, request, { what: 'failed', who: system, reason: reason.slice(0, 300) });
    return;
  }
  if (isAnswered && !request.confirmed_at) {
    await markConfirmed(tx, placeOf(request), now);
    await record(tx, parts, request, system, 'confirmed', {
      ...{ done: ended.filter(({ state }) => state === 'done').length, hosts: counted.length },
    });
  }
  if (timedOf(request).length === 0) {
    if (isAnswered) await endRequest(tx, parts, request, { what: 'ended', who: system, reason: 'done' });
    return;
  }
  if (request.until && request.until <= now) await endByClock(tx, parts, request);
}

/**
 * Hosts end it by their own clock, and one that was away when it began must not begin now. An isolation is lifted by word as well; a block of the same
 * source that somebody else asked for stands as long as that was meant.
 */
async function endByClock(tx: Tx, parts: PlaybookParts, request: RequestRow): Promise<void> {
  const reason = phrase('en', 'playbook.end.time');
  const ids = (await selectTasks(tx, [request.id])).map(({ task_id }) => task_id);
  await cancelTasks(tx, parts.platform, request.tenant_id, ids, 'Its time was over before the host heard of it.');
  if (timedOf(request).includes('isolate')) await giveLifts(tx, parts, request, system.name, reason, 'isolate');
  await endRequest(tx, parts, request, { what: 'ended', who: system, reason: 'time' });
}
