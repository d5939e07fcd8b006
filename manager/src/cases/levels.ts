import type { PageRow } from '../oncall/index.ts';
import type { Tx } from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import { acknowledge } from './deeds.ts';
import { tellSoc } from './delivery.ts';
import type { CaseDesk } from './desk.ts';
import { recordInCase } from './entries.ts';
import { system } from './opening.ts';
import { lockCase } from './store.ts';

const keyOf = ({ tenant_id: accountId, target }: PageRow) =>
  target.startsWith('case:') ? { accountId, id: target.slice(5) } : undefined;

/** A level was called: the timeline says whom, and from the second level on the SOC is told too. */
export async function tellLevel(
  tx: Tx,
  desk: CaseDesk,
  page: PageRow,
  level: number,
  names: readonly string[],
): Promise<void> {
  const key = keyOf(page);
  if (!key) return;
  const values = { level, names: names.join(', ').slice(0, 480) };
  await recordInCase(tx, desk.platform, key, { kind: 'escalated', values, actor: system, audience: 'internal' });
  if (level > 1) await tellSoc(tx, desk, key, 'case.escalated', { level });
}

/** Every level was called and nobody answered. */
export async function tellExhausted(tx: Tx, desk: CaseDesk, page: PageRow): Promise<void> {
  const key = keyOf(page);
  if (!key) return;
  await recordInCase(tx, desk.platform, key, { kind: 'unanswered', actor: system, audience: 'internal' });
  await raiseWork(tx, desk, {
    ...{ accountId: key.accountId, kind: 'caseUnanswered', key: page.target, target: page.target },
    ...{ facts: { number: page.facts.number }, dueAt: desk.platform.clock.now() },
  });
}

/** Somebody took the page by a key of their telephone: they have the case, as far as nobody else does. */
export async function tellKey(tx: Tx, desk: CaseDesk, page: PageRow, by: string): Promise<void> {
  const key = keyOf(page);
  if (!key || (await lockCase(tx, key.id))?.state !== 'open') return;
  await acknowledge(tx, desk, { actor: { ...system, name: by } }, key.id);
}
