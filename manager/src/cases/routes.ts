import { type Actor, type CaseDetail, routes } from '@sakimori/contract';
import { type BoundRoute, readCursor, serve, type Tx, toPage } from '../platform/index.ts';
import { getCase, isCustomer, toCases } from './cases.ts';
import { acknowledge, addNote, assign, close, type Doer, move, rank } from './deeds.ts';
import type { CaseDesk } from './desk.ts';
import { merge, split, undoMove } from './moves.ts';
import { openByHand } from './opening.ts';
import { selectCases } from './store.ts';

export const caseRoutes = (desk: CaseDesk): BoundRoute[] => {
  const { database } = desk.platform;
  /** Does something to a case, and shows the case that it is about then. */
  const deed = (actor: Actor, work: (tx: Tx, doer: Doer) => Promise<string>): Promise<CaseDetail> =>
    database.for(actor, async (tx) => getCase(tx, await work(tx, { actor }), isCustomer(actor)));
  const to = (actor: Actor, caseId: string, work: (tx: Tx, doer: Doer) => Promise<void>) =>
    deed(actor, async (tx, doer) => {
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
      return database.for(actor, async (tx) => {
        const rows = await selectCases(tx, filter);
        const page = toPage(
          rows,
          query.limit,
          (row) => ({ at: row.opened_at, id: row.id }),
          (row) => row,
        );
        return { ...page, items: await toCases(tx, page.items, isCustomer(actor)) };
      });
    }),
    serve(routes.getCase, ({ params }, { actor }) =>
      database.for(actor, (tx) => getCase(tx, params.caseId, isCustomer(actor))),
    ),
    serve(routes.openCaseByHand, ({ body }, { actor }) => deed(actor, (tx) => openByHand(tx, desk, actor, body))),
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
      deed(actor, (tx, doer) => merge(tx, desk, doer, caseId, body.intoId)),
    ),
    serve(routes.splitCase, ({ params: { caseId }, body }, { actor }) =>
      deed(actor, (tx, doer) => split(tx, desk, doer, caseId, body.alertIds)),
    ),
    serve(routes.undoCaseMove, ({ params: { caseId, moveId } }, { actor }) =>
      deed(actor, (tx, doer) => undoMove(tx, desk, doer, caseId, moveId)),
    ),
  ];
};
