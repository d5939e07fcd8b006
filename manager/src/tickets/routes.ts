import { type Caller, isCustomerRole, Refusal, routes } from '@sakimori/contract';
import { periodOf } from '../calendar/index.ts';
import { type Desk, selectCallers } from '../customers/index.ts';
import { type BoundRoute, readCursor, serve, type Tx } from '../platform/index.ts';
import { getMailbox, setMailbox, testMailbox } from './mailbox.ts';
import { assignParked, dismissParked, getParked, listParked } from './parked.ts';
import { getTicket, toTicket } from './reading.ts';
import { countTickets, countUnclosed, selectContent, selectFigures, selectTickets } from './store.ts';
import {
  addToTicket,
  askDesk,
  beginConsulting,
  changeKind,
  closeTicket,
  createTicket,
  monthOf,
  noteTicket,
  pauseTicket,
  replyToTicket,
  resumeTicket,
  takeTicket,
} from './tickets.ts';

export const ticketRoutes = (desk: Desk): BoundRoute[] => {
  const { clock, database } = desk.platform;
  return [
    serve(routes.listTickets, ({ query }, { actor }) =>
      database.for(actor, async (tx) => {
        const { mine, accountId, ...filter } = query;
        const now = clock.now();
        const rows = await selectTickets(tx, {
          ...{ ...filter, accountId, assigneeId: mine === 'true' ? actor.id : undefined },
          // The one of a number is shown closed or not.
          ...(query.number === undefined ? {} : { state: 'all' as const }),
        });
        return {
          items: rows.map((row) => toTicket(row, now, isCustomerRole(actor.role))),
          counts: await countTickets(tx, { accountId, now }),
        };
      }),
    ),
    serve(routes.getTicketFigures, ({ query }, { actor }) =>
      database.for(actor, async (tx) => {
        const now = clock.now();
        const month = query.month ?? monthOf(now);
        const { from, to } = periodOf(month);
        const row = await selectFigures(tx, { accountId: query.accountId, from, to, now });
        return { ...row, month, inTime: row.in_time, leftOut: row.left_out };
      }),
    ),
    serve(routes.getTicket, ({ params }, { actor }) =>
      database.for(actor, (tx) => getTicket(tx, desk, actor, params.ticketId)),
    ),
    serve(routes.createTicket, ({ params, body }, { actor }) => createTicket(desk, actor, params.accountId, body)),
    serve(routes.askDesk, ({ params, body }, { actor }) => askDesk(desk, actor, params.accountId, body)),
    serve(routes.addToTicket, ({ params, body }, { actor }) => addToTicket(desk, actor, params.ticketId, body.text)),
    serve(routes.replyToTicket, ({ params, body }, { actor }) => replyToTicket(desk, actor, params.ticketId, body)),
    serve(routes.noteTicket, ({ params, body }, { actor }) => noteTicket(desk, actor, params.ticketId, body.text)),
    serve(routes.takeTicket, ({ params, body }, { actor }) =>
      takeTicket(desk, actor, params.ticketId, body.isTakenOver),
    ),
    serve(routes.pauseTicket, ({ params, body }, { actor }) => pauseTicket(desk, actor, params.ticketId, body.reason)),
    serve(routes.resumeTicket, ({ params }, { actor }) => resumeTicket(desk, actor, params.ticketId)),
    serve(routes.closeTicket, ({ params, body }, { actor }) => closeTicket(desk, actor, params.ticketId, body)),
    serve(routes.beginConsulting, ({ params, body }, { actor }) =>
      beginConsulting(desk, actor, params.ticketId, body.quoteId),
    ),
    serve(routes.changeTicketKind, ({ params, body }, { actor }) =>
      changeKind(desk, actor, params.ticketId, body.kind),
    ),
    serve(routes.getTicketAttachment, ({ params }, { actor }) =>
      database.for(actor, async (tx) => {
        const row = await selectContent(tx, params.ticketId, params.attachmentId);
        if (!row) throw new Refusal('not_found', { what: 'attachment' });
        if (row.content === null) throw new Refusal('attachment_held', { reason: row.finding ?? row.state });
        return { name: row.name, contentType: row.content_type, content: row.content.toString('base64') };
      }),
    ),
    serve(routes.listParkedMails, ({ query }) =>
      listParked(desk, { limit: query.limit, after: readCursor(query.cursor) }),
    ),
    serve(routes.getParkedMail, ({ params }) => getParked(desk, params.mailId)),
    serve(routes.assignParkedMail, ({ params, body }, { actor }) => assignParked(desk, actor, params.mailId, body)),
    serve(routes.dismissParkedMail, async ({ params, body }, { actor }) => {
      await dismissParked(desk, actor, params.mailId, body.reason);
    }),
    serve(routes.getDeskMailbox, () => getMailbox(desk.platform)),
    serve(routes.setDeskMailbox, ({ body }, { actor }) => setMailbox(desk.platform, actor, body)),
    serve(routes.testDeskMailbox, ({ body }) => testMailbox(desk.platform, body)),
    serve(routes.findCallers, ({ query }, { actor }) =>
      database.for(actor, async (tx) => ({ items: await findCallers(tx, query) })),
    ),
  ];
};

const callersMax = 20;

/** Who may be calling, with how many tickets of theirs are open (S52). */
async function findCallers(
  tx: Tx,
  asked: { readonly phone?: string | undefined; readonly name?: string | undefined },
): Promise<Caller[]> {
  const rows = await selectCallers(tx, asked, callersMax);
  const counts = await countUnclosed(
    tx,
    rows.map(({ tenant_id }) => tenant_id),
  );
  return rows.map((row) => ({
    ...{ contactId: row.id, accountId: row.tenant_id, accountName: row.account_name, customerName: row.customer_name },
    ...{ plan: row.plan, name: row.name, mail: row.mail },
    ...(row.reading === null ? {} : { reading: row.reading }),
    ...(row.phone === null ? {} : { phone: row.phone }),
    openTickets: counts.find(({ tenant_id }) => tenant_id === row.tenant_id)?.count ?? 0,
  }));
}
