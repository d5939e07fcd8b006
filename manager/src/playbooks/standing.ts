import { type Actor, dayInJapan, type NewStandingConsent, Refusal, type StandingConsent } from '@sakimori/contract';
import { isOpen } from '@sakimori/contract/calendar/index';
import { note } from '../audit/index.ts';
import { calendarFor } from '../calendar/index.ts';
import { checkAccount, type Desk, editionSource } from '../customers/index.ts';
import { hostsOf } from '../hosts/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import type { PlaybookParts } from './record.ts';
import { endStanding, insertStanding, type StandingRow, selectStanding } from './standing-store.ts';
import type { RequestRow } from './store.ts';

const toStanding = (row: StandingRow, today: string): StandingConsent => ({
  ...{ id: row.id, accountId: row.tenant_id, playbookIds: row.playbook_ids, hostIds: row.host_ids, hours: row.hours },
  ...{ until: row.until, agreedBy: row.agreed_by, document: row.document },
  ...{ recordedAt: row.recorded_at.toISOString(), recordedBy: row.recorded_by, useCount: row.use_count },
  ...(row.ended_at ? { endedAt: row.ended_at.toISOString(), endedBy: row.ended_by ?? '' } : {}),
  ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
  isInForce: isInForce(row, today),
});

const isInForce = (row: StandingRow, today: string): boolean => row.ended_at === null && row.until >= today;
const todayOf = ({ clock }: Platform): string => dayInJapan(clock.now());

/** The consent given beforehand that covers a request now: its playbook, its hosts, this hour. */
export async function coveringConsent(tx: Tx, desk: Desk, request: RequestRow): Promise<StandingRow | undefined> {
  const { platform } = desk;
  const today = todayOf(platform);
  for (const row of await selectStanding(tx, request.tenant_id)) {
    if (!isInForce(row, today) || !row.playbook_ids.includes(request.playbook.id)) continue;
    // What is done on all hosts is covered by a consent for all hosts alone.
    if (row.host_ids.length > 0 && (request.scope === 'account' || !row.host_ids.includes(request.host_id))) continue;
    if (row.hours !== 'any' && (row.hours === 'business') !== (await isBusiness(tx, desk, request.tenant_id, today)))
      continue;
    return row;
  }
  return undefined;
}

async function isBusiness(tx: Tx, { platform, editions }: Desk, accountId: string, day: string): Promise<boolean> {
  const calendar = await calendarFor(tx, editionSource(editions), accountId, { day });
  return isOpen(calendar, platform.clock.now().toTemporalInstant());
}

/** Whether a consent given beforehand that a request rests on still stands. */
export async function standsStill(tx: Tx, platform: Platform, accountId: string, standingId: string): Promise<boolean> {
  const row = (await selectStanding(tx, accountId)).find(({ id }) => id === standingId);
  return row !== undefined && isInForce(row, todayOf(platform));
}

/** @throws Refusal `not_found` */
export function listStanding(platform: Platform, actor: Actor, accountId: string): Promise<StandingConsent[]> {
  return platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    return (await selectStanding(tx, accountId)).map((row) => toStanding(row, todayOf(platform)));
  });
}

/** @throws Refusal `not_found` for the account, a playbook or a host that is not the account's; `malformed` for a day that is past */
export async function createStanding(
  { platform, playbooks }: PlaybookParts,
  actor: Actor,
  accountId: string,
  given: NewStandingConsent,
): Promise<StandingConsent> {
  const { clock, database } = platform;
  await database.for(actor, (tx) => checkAccount(tx, accountId));
  for (const id of given.playbookIds) playbooks.get(id);
  if (given.until < todayOf(platform)) throw new Refusal('malformed', { detail: 'body.until: a day that is past' });
  return database.as(accountId, async (tx) => {
    const own = new Set((await hostsOf(tx, accountId)).map(({ id }) => id));
    if (given.hostIds.some((id) => !own.has(id))) throw new Refusal('not_found', { what: 'host' });
    const row = { ...given, id: newId(clock), accountId, at: clock.now(), by: actor.name };
    await insertStanding(tx, row);
    await note(tx, clock, {
      ...{ accountId, actor, action: 'playbook.standing_given', target: `account:${accountId}` },
      facts: {
        ...{
          consent: row.id,
          playbooks: given.playbookIds.join(', '),
          hosts: given.hostIds.length,
          hours: given.hours,
        },
        ...{ until: given.until, customer: given.agreedBy, document: given.document },
      },
    });
    await announce(tx, { topic: 'containment', accountId });
    return theStanding(tx, platform, accountId, row.id);
  });
}

/** @throws Refusal `not_found`, `wrong_state` where it was ended before */
export async function stopStanding(
  platform: Platform,
  actor: Actor,
  { accountId, standingId }: { readonly accountId: string; readonly standingId: string },
  reason: string,
): Promise<StandingConsent> {
  const { clock, database } = platform;
  await database.for(actor, (tx) => checkAccount(tx, accountId));
  return database.as(accountId, async (tx) => {
    const before = await theStanding(tx, platform, accountId, standingId);
    if (!(await endStanding(tx, { accountId, id: standingId }, { at: clock.now(), by: actor.name, reason })))
      throw new Refusal('wrong_state', { what: 'standingConsent', state: 'done' });
    await note(tx, clock, {
      ...{ accountId, actor, action: 'playbook.standing_ended', target: `account:${accountId}` },
      facts: { consent: standingId, playbooks: before.playbookIds.join(', '), reason },
    });
    await announce(tx, { topic: 'containment', accountId });
    return theStanding(tx, platform, accountId, standingId);
  });
}

async function theStanding(tx: Tx, platform: Platform, accountId: string, id: string): Promise<StandingConsent> {
  const row = (await selectStanding(tx, accountId)).find((one) => one.id === id);
  if (!row) throw new Refusal('not_found', { what: 'standingConsent' });
  return toStanding(row, todayOf(platform));
}
