import { type Actor, Refusal, type Report } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { periodAt, periodOf } from '../calendar/index.ts';
import { announce, defineJob, enqueue, type Platform, type Tick } from '../platform/index.ts';
import { selectNewest } from './archive-store.ts';
import { openIssue, raiseUncomposed, settleUncomposed } from './deadline.ts';
import { reportSystem } from './delivery.ts';
import { issueReport } from './issue.ts';
import {
  type IssueRow,
  lockIssue,
  lockIssueOf,
  resolveComments,
  selectUnissued,
  setDraft,
  setProblem,
  voidSignatures,
} from './issue-store.ts';
import { issueFor } from './scope.ts';
import { selectUnreported } from './store.ts';
import { judge } from './usual.ts';
import { sourcesOf } from './wiring.ts';

/** Composes the draft of a period: a PDF takes its seconds. */
export const composeDraft = defineJob<{ accountId: string; kind: Report['kind']; period: string }>('reports.draft');

/** So long after the end of a period hosts may still deliver what happened in it. */
const afterMs = 5 * 60_000;

/**
 * At 00:05 after each week and month a draft exists for every account whose plan has the report, or that bought it (S30, S31, S77, S83); for others
 * there is none. Nobody is written to: an engineer looks at it first, and it has to leave by a day.
 */
export function draftsTick(platform: Platform): Tick {
  // Accounts that were asked of the period that was over last; what they bought later is delivered by hand.
  const settled = new Map<Report['kind'], { period: string; accounts: Set<string> }>();
  const run = async () => {
    const { plan, desk } = sourcesOf(platform);
    if (!plan) return;
    const at = new Date(platform.clock.now().getTime() - afterMs);
    for (const kind of ['weekly', 'monthly'] as const) {
      const period = periodAt(kind, at).previous;
      if (settled.get(kind)?.period !== period) settled.set(kind, { period, accounts: new Set() });
      const { accounts } = settled.get(kind)!;
      const asked = await platform.database.asProvider((tx) =>
        desk ? selectUnissued(tx, { kind, period, to: periodOf(period).to }) : selectUnreported(tx, kind, period),
      );
      for (const accountId of asked.filter((id) => !accounts.has(id))) {
        await platform.database.as(accountId, async (tx) => {
          if (!(await plan.isGranted(tx, accountId, kind, periodOf(period).days.at(-1)!))) return;
          if (desk) await openIssue(tx, desk, { accountId, kind, period });
          await enqueue(tx, composeDraft, { accountId, kind, period }, `${accountId}:${kind}:${period}`);
        });
        accounts.add(accountId);
      }
    }
  };
  return { name: 'reports.drafts', everyMs: 60_000, run };
}

type Asked = { readonly accountId: string; readonly kind: Report['kind']; readonly period: string };

/** A draft that cannot be composed says so on the board and is work for the provider, and the job is tried again. @throws Error, as composing does */
export async function makeDraft(platform: Platform, asked: Asked): Promise<void> {
  const { accountId, kind, period } = asked;
  const unreported = await platform.database.asProvider((tx) => selectUnreported(tx, kind, period));
  try {
    if (unreported.includes(accountId))
      await issueReport(platform, reportSystem, 'ja', { accountId, kind, period, early: false, send: false });
  } catch (error) {
    await tellProblem(platform, asked, error);
    throw error;
  }
  await attachNewest(platform, asked);
}

async function tellProblem(platform: Platform, asked: Asked, error: unknown): Promise<void> {
  platform.log.error({ ...asked, err: (error as Error).message }, 'a draft could not be composed');
  const { desk } = sourcesOf(platform);
  await platform.database.as(asked.accountId, async (tx) => {
    const row = await lockIssueOf(tx, asked);
    if (!row || row.sent_at !== null) return;
    await setProblem(tx, { accountId: asked.accountId, id: row.id }, problemOf(error));
    if (desk) await raiseUncomposed(tx, desk, row);
  });
}
const problemOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 500);

/** The newest report of the period is the draft, where nobody has taken one up yet. */
async function attachNewest(platform: Platform, asked: Asked): Promise<void> {
  const { accountId } = asked;
  const { desk } = sourcesOf(platform);
  await platform.database.as(accountId, async (tx) => {
    const row = await lockIssueOf(tx, asked);
    if (!row || row.report_id !== null) return;
    const newest = await selectNewest(tx, { ...asked, to: periodOf(asked.period).to });
    if (!newest) return;
    await setDraft(tx, { accountId, id: row.id }, newest.id, judge(newest.report));
    if (desk) await settleUncomposed(tx, desk, row, newest.id);
    await announce(tx, { topic: 'report', accountId, id: row.id });
  });
}

/**
 * Composes a draft again, by what is known now. Signatures fall, and changes that were asked for are settled by it. Where it cannot be composed the draft
 * before it stands with everything that was said about it.
 * @throws Refusal `not_found`, `wrong_state`, `report_not_composed`
 */
export async function recompose(platform: Platform, actor: Actor, issueId: string): Promise<IssueRow> {
  const issue = await issueFor(platform, actor, issueId);
  const { tenant_id: accountId, kind, period } = issue;
  const sent = () => new Refusal('wrong_state', { what: 'report', state: 'sent' });
  if (issue.sent_at !== null) throw sent();
  const composed = await issueReport(platform, actor, 'ja', {
    accountId,
    kind,
    period,
    early: false,
    send: false,
  }).catch(async (error: unknown) => {
    if (error instanceof Refusal) throw error;
    await tellProblem(platform, askedOf(issue), error);
    throw new Refusal('report_not_composed', { why: problemOf(error).slice(0, 200) }, { cause: error });
  });
  await platform.database.asProvider(async (tx) => {
    const key = { accountId, id: issue.id };
    const row = await lockIssue(tx, key);
    if (!row || row.sent_at !== null) throw sent();
    const by = { at: platform.clock.now(), name: actor.name };
    const fallen = await voidSignatures(tx, key, by.at, 'recomposed');
    await resolveComments(tx, key, by);
    await setDraft(tx, key, composed.id, judge(composed.report));
    const { desk } = sourcesOf(platform);
    if (desk) await settleUncomposed(tx, desk, row, composed.id);
    const facts = { kind, period, fallen };
    await note(tx, platform.clock, {
      accountId,
      actor,
      action: 'report.recomposed',
      target: `issue:${issue.id}`,
      facts,
    });
    await announce(tx, { topic: 'report', accountId, id: issue.id });
  });
  return issue;
}

const askedOf = ({ tenant_id: accountId, kind, period }: IssueRow): Asked => ({ accountId, kind, period });
