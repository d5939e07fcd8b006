import { type Actor, Refusal, routes } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { announce, type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { documentsOf, renderingFor, selectKept } from './archive-store.ts';
import { detailOf, listBoard } from './board.ts';
import { revokeLink, saveSettings, selectSettings } from './deliveries-store.ts';
import { resend } from './delivery.ts';
import { recompose } from './drafts.ts';
import { setNeeded } from './issue-store.ts';
import { download, lookAtLink } from './links.ts';
import { issueFor } from './scope.ts';
import { sendSigned } from './sending.ts';
import { comment, resolve, sign } from './signing.ts';
import { signTogether } from './together.ts';

const reportId = (issue: { readonly report_id: string | null }): string => {
  if (issue.report_id === null) throw new Refusal('wrong_state', { what: 'report', state: 'awaited' });
  return issue.report_id;
};

export const signoffRoutes = (platform: Platform): BoundRoute[] => {
  const { database, clock } = platform;
  const shown = (actor: Actor, { id }: { readonly id: string }) => detailOf(platform, actor, id);
  return [
    serve(routes.listReportIssues, ({ query }, { actor }) => listBoard(platform, actor, query)),
    serve(routes.signReports, ({ body }, { actor, language }) => signTogether(platform, actor, language, body.issues)),
    serve(routes.getReportIssue, async ({ params }, { actor }) =>
      shown(actor, await issueFor(platform, actor, params.issueId)),
    ),
    serve(routes.getReportDraft, async ({ params, query }, { actor }) => {
      const id = reportId(await issueFor(platform, actor, params.issueId));
      const kept = await database.asProvider((tx) => selectKept(tx, id));
      // Without a wish, what is signed: the language that it was composed in.
      const one = query.language ? renderingFor(kept!, query.language) : kept!.renderings[0];
      return { ...documentsOf(one), sha256: one.sha256 };
    }),
    serve(routes.commentReport, async ({ params, body }, { actor }) =>
      shown(actor, await comment(platform, actor, params.issueId, body)),
    ),
    serve(routes.resolveReportComment, async ({ params }, { actor }) =>
      shown(actor, await resolve(platform, actor, params.issueId, params.commentId)),
    ),
    serve(routes.recomposeReport, async ({ params }, { actor }) =>
      shown(actor, await recompose(platform, actor, params.issueId)),
    ),
    serve(routes.signReport, async ({ params, body }, { actor }) =>
      shown(actor, await sign(platform, actor, { issueId: params.issueId, sha256: body.sha256 })),
    ),
    serve(routes.sendReport, async ({ params }, { actor }) => {
      const issue = await issueFor(platform, actor, params.issueId);
      if (issue.sent_at !== null) throw new Refusal('wrong_state', { what: 'report', state: 'sent' });
      const hasLeft = await sendSigned(platform, { accountId: issue.tenant_id, issueId: issue.id });
      const detail = await shown(actor, issue);
      if (!hasLeft && detail.state !== 'signed')
        throw new Refusal('wrong_state', { what: 'report', state: detail.state });
      if (!hasLeft) throw new Refusal('no_recipients', { report: issue.kind });
      return detail;
    }),
    serve(routes.resendReport, async ({ params, body }, { actor }) => {
      const issue = await issueFor(platform, actor, params.issueId);
      const { tenant_id: accountId } = issue;
      const asked = { accountId, reportId: reportId(issue), deliveryId: params.deliveryId, way: body.way };
      await database.as(accountId, (tx) => resend(tx, platform, actor, asked));
      return shown(actor, issue);
    }),
    serve(routes.revokeReportLink, async ({ params }, { actor }) => {
      const issue = await issueFor(platform, actor, params.issueId);
      const { tenant_id: accountId } = issue;
      await database.as(accountId, async (tx) => {
        const by = { at: clock.now(), name: actor.name };
        const key = { accountId, reportId: reportId(issue), id: params.linkId };
        if ((await revokeLink(tx, key, by)) === 0) throw new Refusal('not_found', { what: 'link' });
        const facts = { link: params.linkId };
        await note(tx, clock, { accountId, actor, action: 'report.linkRevoked', target: `issue:${issue.id}`, facts });
      });
      return shown(actor, issue);
    }),
    serve(routes.getReportSettings, ({ params }, { actor }) =>
      database.for(actor, async (tx) => {
        await checkAccount(tx, params.accountId);
        return selectSettings(tx, params.accountId);
      }),
    ),
    serve(routes.setReportSettings, ({ params, body }, { actor }) =>
      setSettings(platform, actor, params.accountId, body),
    ),
    serve(routes.lookAtReportLink, ({ body }) => lookAtLink(platform, body.token)),
    serve(routes.downloadByLink, ({ body }) => download(platform, body.token)),
  ];
};

function setSettings(
  { database, clock }: Platform,
  actor: Actor,
  accountId: string,
  settings: Parameters<typeof saveSettings>[2],
) {
  return database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    await saveSettings(tx, accountId, settings, { at: clock.now(), name: actor.name });
    await setNeeded(tx, accountId, settings.signatures);
    const target = `account:${accountId}`;
    await note(tx, clock, { accountId, actor, action: 'report.settingsChanged', target, facts: { ...settings } });
    await announce(tx, { topic: 'report', accountId });
    return settings;
  });
}
