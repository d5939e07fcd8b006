import { type Actor, Refusal, type RuleTrial, type RuleTry } from '@sakimori/contract';
import { newId } from '../platform/index.ts';
import { checkDraft, configurationOf, type Drafted, demandSound } from './check.ts';
import { type Bench, checkRequest, draftedOf, keyOf, record, stateOf, thing } from './drafts.ts';
import type { Findings } from './findings.ts';
import { tryOnLog, tryOnStoredLines } from './log-trials.ts';
import { tryOnPaths, tryOnStoredChanges } from './path-trials.ts';
import { insertTry, selectDraft } from './store.ts';
import { findSuricata } from './suricata.ts';
import { tryOnCapture, tryOnStoredTraffic } from './traffic-trials.ts';

/** Looks at uploaded files whose finds are kept. */
const uploadsKept = 20;

/**
 * Shows what the newest version of a draft finds. A rule that is not sound meets no engine.
 * @throws Refusal `not_found`, `wrong_state`, `rule_faulty`, `trial_wrong_kind`, `capture_refused`, `engine_missing`, `trial_too_long`
 */
export async function tryDraft(bench: Bench, actor: Actor, id: string, trial: RuleTrial): Promise<RuleTry> {
  const { clock, database } = bench.platform;
  const { row, drafted } = await database.for(actor, async (tx) => {
    const found = await selectDraft(tx, id);
    if (!found) throw new Refusal('not_found', thing);
    if (found.state === 'withdrawn') throw new Refusal('wrong_state', { ...thing, state: stateOf(found) });
    await checkRequest(tx, bench, found.tenant_id, requestOf(found));
    return { row: found, drafted: await draftedOf(tx, found, found.version) };
  });
  if (trial.on !== 'stored' && uploadOf[drafted.draft.module] !== trial.on)
    throw new Refusal('trial_wrong_kind', { module: drafted.draft.module, on: trial.on });
  const { since, ...findings } = await bench.turns.run('trial', async () => {
    demandSound(await checkDraft(bench.platform, row.tenant_id, drafted));
    return look(bench, row.tenant_id, drafted, trial);
  });
  const found: RuleTry = {
    ...{ id: newId(clock), version: row.version, on: trial.on, at: clock.now().toISOString(), by: actor.name },
    ...('name' in trial ? { name: trial.name } : {}),
    ...(since ? { since: since.toISOString() } : {}),
    ...findings,
  };
  await database.for(actor, async (tx) => {
    await insertTry(tx, keyOf(row), found, uploadsKept);
    const { version, on, looked, hits } = found;
    await record(tx, bench, actor, 'ruleDraft.tried', keyOf(row), { version, on, looked, hits, name: found.name });
  });
  return found;
}

export const requestOf = (row: { readonly ticket_id: string | null; readonly quote_id: string | null }) => ({
  ticketId: row.ticket_id ?? undefined,
  quoteId: row.quote_id ?? undefined,
});

const uploadOf = { logInspection: 'log', intrusionPrevention: 'capture', integrityMonitoring: 'paths' } as const;

async function look(bench: Bench, accountId: string, drafted: Drafted, trial: RuleTrial): Promise<Findings> {
  const { platform } = bench;
  const view = await configurationOf(platform, accountId);
  if (trial.on === 'log') return tryOnLog(drafted, view, trial);
  if (trial.on === 'paths') return tryOnPaths(drafted.draft, trial.paths);
  if (trial.on === 'capture') return tryOnCapture(drafted, view, trial);
  if (drafted.draft.module === 'logInspection') return tryOnStoredLines(platform, accountId, drafted, view);
  if (drafted.draft.module === 'integrityMonitoring') return tryOnStoredChanges(platform, accountId, drafted.draft);
  if (findSuricata()) return tryOnStoredTraffic(platform, accountId, drafted, view);
  // Said plainly: nothing was looked at. Whether to go on in detect mode is for a person to decide.
  return { looked: 0, hits: 0, hosts: 0, byDay: [], items: [], limits: ['engine_absent'] };
}
