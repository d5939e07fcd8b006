import { type Actor, type CaseDetail, routes } from '@sakimori/contract';
import { type BoundRoute, readCursor, serve, type Tx, toPage } from '../platform/index.ts';
import { getCase, toCases } from './cases.ts';
import { acknowledge, addNote, assign, close, type Doer, move, rank } from './deeds.ts';
import { type CaseDesk, viewOf } from './desk.ts';
import { merge, split, undoMove } from './moves.ts';
import { openByHand } from './opening.ts';
import { gather, within } from './scope.ts';
import { selectCases } from './store.ts';

export const caseRoutes = (desk: CaseDesk): BoundRoute[] => {
  /** Does something to a case, and shows the case that it is about then. */
  const deed = (actor: Actor, caseId: string, work: (tx: Tx, doer: Doer) => Promise<string>): Promise<CaseDetail> =>
    within(desk, actor, caseId, async (tx, doer) => getCase(tx, await work(tx, doer), viewOf(actor)));
  const to = (actor: Actor, caseId: string, work: (tx: Tx, doer: Doer) => Promise<void>) =>
    deed(actor, caseId, async (tx, doer) => {
      await work(tx, doer);
      return caseId;
    });
  return [
    serve(routes.listCases, async ({ query }, { actor }) => {
      const { mine, cursor, state, number, ...rest } = query;
      const filter = {
        ...{ ...rest, number, after: readCursor(cursor), state: number === undefined ? state : undefined },
        ownerId: mine === 'true' ? actor.id : undefined,
      };
      const found = await gather(
        desk,
        actor,
        async (tx) => {
          const rows = await selectCases(tx, filter);
          return (await toCases(tx, rows, viewOf(actor))).map((one, index) => ({ one, at: rows[index]!.opened_at }));
        },
        query.accountId,
      );
      found.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.one.id < b.one.id ? 1 : -1));
      return toPage(
        found,
        query.limit,
        ({ at, one }) => ({ at, id: one.id }),
        ({ one }) => one,
      );
    }),
    serve(routes.getCase, ({ params }, { actor }) =>
      within(desk, actor, params.caseId, (tx) => getCase(tx, params.caseId, viewOf(actor))),
    ),
    serve(routes.openCaseByHand, ({ body }, { actor }) =>
      desk.platform.database.for(actor, async (tx) => getCase(tx, await openByHand(tx, desk, actor, body), 'provider')),
    ),
    serve(routes.acknowledgeCase, ({ params: { caseId }, body }, { actor }) =>
      to(actor, caseId, (tx, doer) => acknowledge(tx, desk, doer, caseId, body.note)),
    ),
    serve(routes.noteCase, ({ params: { caseId }, body }, { actor }) =>
      to(actor, caseId, (tx, doer) => addNote(tx, desk, doer, caseId, body)),
    ),
    serve(routes.rankCase, ({ params: { caseId }, body: { severity, note } }, { actor }) =>
      to(actor, caseId, (tx, doer) => rank(tx, desk, doer, caseId, { severity, text: note })),
    ),
    serve(routes.moveCase, ({ params: { caseId }, body: { state, note } }, { actor }) =>
      to(actor, caseId, (tx, doer) => move(tx, desk, doer, caseId, { state, text: note })),
    ),
    serve(routes.assignCase, ({ params: { caseId }, body: { personId, note } }, { actor }) =>
      to(actor, caseId, (tx, doer) => assign(tx, desk, doer, caseId, { personId, text: note })),
    ),
    serve(routes.closeCase, ({ params: { caseId }, body }, { actor }) =>
      to(actor, caseId, (tx, doer) => close(tx, desk, doer, caseId, body)),
    ),
    serve(routes.mergeCase, ({ params: { caseId }, body }, { actor }) =>
      deed(actor, caseId, (tx, doer) => merge(tx, desk, doer, caseId, body.intoId)),
    ),
    serve(routes.splitCase, ({ params: { caseId }, body }, { actor }) =>
      deed(actor, caseId, (tx, doer) => split(tx, desk, doer, caseId, body.alertIds)),
    ),
    serve(routes.undoCaseMove, ({ params: { caseId, moveId } }, { actor }) =>
      deed(actor, caseId, (tx, doer) => undoMove(tx, desk, doer, caseId, moveId)),
    ),
  ];
};
