import {
  type Actor,
  type AuditAction,
  type Handover,
  type HandoverContent,
  type HandoverSummary,
  Refusal,
} from '@sakimori/contract';
import type { z } from 'zod';
import { note } from '../audit/index.ts';
import { turnsEnding } from '../oncall/index.ts';
import { newId, type Tick, type Tx } from '../platform/index.ts';
import { toCases } from './cases.ts';
import type { CaseDesk } from './desk.ts';
import {
  countShift,
  type HandoverRow,
  idsClosed,
  insertDraft,
  lockHandover,
  selectHandover,
  selectHandovers,
  selectLastNotes,
  setSigned,
  setText,
} from './handover-store.ts';
import { system } from './opening.ts';
import { selectCases } from './store.ts';

const thing = { what: 'handover' } as const;
const dayMs = 86_400_000;
/** A draft is there so long before a turn of the on-call plan ends. */
const aheadMs = 30 * 60_000;
const listedMax = 100;
const lastNoteMax = 500;

/** How a shift went, and what is open. The transaction must be the provider's: a shift works all accounts. */
async function contentOf(tx: Tx, from: Date, to: Date): Promise<HandoverContent> {
  const open = (await selectCases(tx, { state: 'unclosed', limit: listedMax })).slice(0, listedMax);
  const closed = [];
  for (const { id } of await idsClosed(tx, from, to, listedMax))
    closed.push(...(await selectCases(tx, { id, limit: 1 })));
  const rows = [...open, ...closed];
  const notes = new Map(
    (
      await selectLastNotes(
        tx,
        rows.map(({ id }) => id),
      )
    ).map((one) => [one.case_id, one]),
  );
  const shown = (await toCases(tx, rows, 'provider')).map((one) => {
    const last = notes.get(one.id);
    const { id, number, accountName, title, lead, state, severity, owner, openedAt, closedAt, closing, nextLevelAt } =
      one;
    return {
      ...{ id, number, accountName, title, lead, state, severity, owner, openedAt, closedAt, closing, nextLevelAt },
      ...(last
        ? { lastNote: { at: last.at.toISOString(), by: last.by_name, text: last.text.slice(0, lastNoteMax) } }
        : {}),
    };
  });
  const counts = await countShift(tx, from, to);
  return { counts, unclosed: shown.slice(0, open.length), closed: shown.slice(open.length) };
}

const summaryOf = (row: HandoverRow, now: Date): Omit<z.output<typeof HandoverSummary>, 'counts'> => ({
  ...{ id: row.id, state: row.state, from: row.from_at.toISOString(), to: (row.to_at ?? now).toISOString() },
  ...{ text: row.text, version: row.version, createdBy: row.created_by, createdAt: row.created_at.toISOString() },
  ...(row.changed_by ? { changedBy: row.changed_by } : {}),
  ...(row.signed_by && row.signed_at ? { signedBy: row.signed_by, signedAt: row.signed_at.toISOString() } : {}),
});

const toHandover = async (tx: Tx, row: HandoverRow, now: Date): Promise<Handover> => ({
  ...summaryOf(row, now),
  ...(row.content ?? (await contentOf(tx, row.from_at, now))),
});

export async function listHandovers(tx: Tx, { platform }: CaseDesk, limit: number) {
  const now = platform.clock.now();
  const items = [];
  for (const row of await selectHandovers(tx, limit))
    items.push({ ...summaryOf(row, now), counts: row.content?.counts ?? (await countShift(tx, row.from_at, now)) });
  return items;
}

/** @throws Refusal `not_found` */
export async function getHandover(tx: Tx, { platform }: CaseDesk, id: string): Promise<Handover> {
  const row = await selectHandover(tx, id);
  if (!row) throw new Refusal('not_found', thing);
  return toHandover(tx, row, platform.clock.now());
}

/** Begins where the last signed one ended, and a day ago where there is none. Where there is a draft, nothing happens. */
export async function draft(tx: Tx, { platform }: CaseDesk, actor: Pick<Actor, 'kind' | 'id' | 'name'>): Promise<void> {
  const now = platform.clock.now();
  const last = (await selectHandovers(tx, 2)).find(({ state }) => state === 'signed');
  const from_at = last?.to_at ?? new Date(now.getTime() - dayMs);
  const id = newId(platform.clock);
  if (await insertDraft(tx, { id, from_at, created_by: actor.name, created_at: now }))
    await record(tx, platform, actor, 'handover.drafted', id, { from: from_at.toISOString() });
}

const record = (
  tx: Tx,
  { clock }: CaseDesk['platform'],
  actor: Pick<Actor, 'kind' | 'id' | 'name'>,
  action: AuditAction,
  id: string,
  facts: Readonly<Record<string, unknown>>,
) => note(tx, clock, { actor, action, target: `handover:${id}`, facts });

export const draftByHand = (desk: CaseDesk, actor: Actor): Promise<Handover> =>
  desk.platform.database.for(actor, async (tx) => {
    await draft(tx, desk, actor);
    const [found] = await selectHandovers(tx, 1);
    return toHandover(tx, found!, desk.platform.clock.now());
  });

/** @throws Refusal `not_found`, `wrong_state`, `version_conflict` */
async function takeDraft(tx: Tx, id: string, version: number): Promise<HandoverRow> {
  const row = await lockHandover(tx, id);
  if (!row) throw new Refusal('not_found', thing);
  if (row.state !== 'draft') throw new Refusal('wrong_state', { ...thing, state: row.state });
  if (row.version !== version) throw new Refusal('version_conflict', thing);
  return row;
}

type Edit = { readonly text: string; readonly version: number };
/** @throws Refusal as above */
export const write = (desk: CaseDesk, actor: Actor, id: string, { text, version }: Edit): Promise<Handover> =>
  desk.platform.database.for(actor, async (tx) => {
    const row = await takeDraft(tx, id, version);
    await setText(tx, id, text, actor.name);
    await record(tx, desk.platform, actor, 'handover.changed', id, { version: row.version + 1 });
    return getHandover(tx, desk, id);
  });

/** What it says then stays. @throws Refusal as above */
export const sign = (desk: CaseDesk, actor: Actor, id: string, version: number): Promise<Handover> =>
  desk.platform.database.for(actor, async (tx) => {
    const row = await takeDraft(tx, id, version);
    const now = desk.platform.clock.now();
    const content = await contentOf(tx, row.from_at, now);
    await setSigned(tx, id, content, now, actor.name);
    const facts = { from: row.from_at.toISOString(), unclosed: content.counts.unclosed };
    await record(tx, desk.platform, actor, 'handover.signed', id, facts);
    return getHandover(tx, desk, id);
  });

/** Half an hour before a turn of the on-call plan ends there is a draft, unless one was signed in that half hour. */
export function draftBeforeTurns(desk: CaseDesk): Tick {
  const { database, clock } = desk.platform;
  const run = async () => {
    await database.asProvider(async (tx) => {
      const now = clock.now();
      if ((await turnsEnding(tx, now, new Date(now.getTime() + aheadMs))) === 0) return;
      const last = (await selectHandovers(tx, 2)).find(({ state }) => state === 'signed');
      if (last?.signed_at && last.signed_at.getTime() > now.getTime() - aheadMs) return;
      await draft(tx, desk, system);
    });
  };
  return { name: 'cases.handover', everyMs: 60_000, run };
}
