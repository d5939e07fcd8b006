import type { Actor, AuditAction, Facts } from '@sakimori/contract';
import { type AuditNote, note } from '../audit/index.ts';
import { recordInCase } from '../cases/index.ts';
import type { Desk } from '../customers/index.ts';
import { announce, newId, type Tx } from '../platform/index.ts';
import type { Playbooks } from './catalogue.ts';
import { insertEvent, type RequestRow } from './store.ts';

export type PlaybookParts = Desk & { readonly publicUrl: () => string; readonly playbooks: Playbooks };

export type Who = AuditNote['actor'];

/** What can happen to a request; each has its words in the phrases, and its entry in the audit. */
export const eventsAudited = {
  proposed: 'playbook.proposed',
  asked: 'playbook.asked',
  codeSent: 'playbook.code_sent',
  codeWrong: 'playbook.code_wrong',
  consented: 'playbook.consented',
  declined: 'playbook.declined',
  unanswered: 'playbook.unanswered',
  expired: 'playbook.expired',
  withdrawn: 'playbook.withdrawn',
  started: 'playbook.started',
  confirmed: 'playbook.confirmed',
  failed: 'playbook.failed',
  lifted: 'playbook.lifted',
  ended: 'playbook.ended',
} as const satisfies Record<string, AuditAction>;
export type EventKind = keyof typeof eventsAudited;

/** Writes down what happened to a request: in its own history, in the audit, and for the pages that look at it, in the transaction that does it. */
export async function record(
  tx: Tx,
  { platform }: Pick<PlaybookParts, 'platform'>,
  request: RequestRow,
  who: Who,
  what: EventKind,
  facts: Facts = {},
): Promise<void> {
  const { clock } = platform;
  const { tenant_id: accountId, id } = request;
  await insertEvent(tx, accountId, newId(clock), {
    ...{ request_id: id, at: clock.now(), what, by_name: who.name, facts },
  });
  await note(tx, clock, {
    ...{ accountId, actor: who, action: eventsAudited[what], target: `host:${request.host_id}` },
    facts: { request: id, number: request.number, ...facts },
  });
  if (request.case_id) await tellCase(tx, platform, request, who, what, facts);
  await announce(tx, { topic: 'containment', accountId, id });
}

/** Ends that are no words of a person: the pages say them. */
const endWords = { time: true, done: true, unanswered: true, notRun: true } as const;
/** What the customer need not read of their own request. */
const internalEvents: readonly EventKind[] = ['codeSent', 'codeWrong', 'unanswered'];

/** The case has the customer's word, what was done and what came of it, in the words that customer and report get (S73, S88). */
async function tellCase(
  tx: Tx,
  platform: PlaybookParts['platform'],
  { tenant_id: accountId, case_id: caseId, number, host_name: host, playbook }: RequestRow,
  who: Who,
  what: EventKind,
  facts: Facts,
): Promise<void> {
  const { way, customer, reason } = facts;
  const isAnswer = way !== undefined;
  await recordInCase(
    tx,
    platform,
    { accountId, id: caseId! },
    {
      kind: isAnswer ? 'containment_answer' : 'containment',
      values: {
        ...{ number, host, containmentEvent: what, playbookJa: playbook.name.ja, playbookEn: playbook.name.en },
        ...(isAnswer ? { consentWay: way, customer: customer ?? '–' } : {}),
      },
      ...(typeof reason === 'string' && !(reason in endWords) ? { text: reason } : {}),
      actor: who,
      audience: internalEvents.includes(what) ? 'internal' : 'customer',
    },
  );
}

export const whoIs = ({ kind, id, name }: Actor): Who => ({ kind, id, name });
