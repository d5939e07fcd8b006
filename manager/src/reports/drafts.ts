import type { Report } from '@sakimori/contract';
import { periodAt, periodOf } from '../calendar/index.ts';
import { defineJob, enqueue, type Platform, type Tick } from '../platform/index.ts';
import { issueReport } from './issue.ts';
import { selectUnreported } from './store.ts';
import { sourcesOf } from './wiring.ts';

/** Composes the draft of a period: a PDF takes its seconds. */
export const composeDraft = defineJob<{ accountId: string; kind: Report['kind']; period: string }>('reports.draft');

/** So long after the end of a period hosts may still deliver what happened in it. */
const afterMs = 5 * 60_000;

/**
 * At 00:05 after each week and month a draft exists for every account whose plan has the report, or that bought it (S30, S31, S77, S83); for others
 * there is none. Nobody is written to: an engineer looks at it first.
 */
export function draftsTick(platform: Platform): Tick {
  // Accounts that were asked of the period that was over last; what they bought later is delivered by hand.
  const settled = new Map<Report['kind'], { period: string; accounts: Set<string> }>();
  const run = async () => {
    const { plan } = sourcesOf(platform);
    if (!plan) return;
    const at = new Date(platform.clock.now().getTime() - afterMs);
    for (const kind of ['weekly', 'monthly'] as const) {
      const period = periodAt(kind, at).previous;
      if (settled.get(kind)?.period !== period) settled.set(kind, { period, accounts: new Set() });
      const { accounts } = settled.get(kind)!;
      const unreported = await platform.database.asProvider((tx) => selectUnreported(tx, kind, period));
      for (const accountId of unreported.filter((id) => !accounts.has(id))) {
        await platform.database.as(accountId, async (tx) => {
          if (!(await plan.isGranted(tx, accountId, kind, periodOf(period).days.at(-1)!))) return;
          await enqueue(tx, composeDraft, { accountId, kind, period }, `${accountId}:${kind}:${period}`);
        });
        accounts.add(accountId);
      }
    }
  };
  return { name: 'reports.drafts', everyMs: 60_000, run };
}

export async function makeDraft(
  platform: Platform,
  { accountId, kind, period }: { accountId: string; kind: Report['kind']; period: string },
): Promise<void> {
  const unreported = await platform.database.asProvider((tx) => selectUnreported(tx, kind, period));
  if (!unreported.includes(accountId)) return;
  const actor = { kind: 'system', id: 'system', name: 'system' } as const;
  await issueReport(platform, actor, 'ja', { accountId, kind, period, early: false, send: false });
}
