import type { WorkKind } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';
import { settleUndelivered } from './undelivered.ts';
import { raiseWork, settleWork } from './work.ts';

type Asked = {
  readonly tenant_id: string;
  readonly change_id: string;
  readonly contact_id: string;
  readonly name: string;
  readonly mail: string;
};
const keyOf = ({ contact_id, mail }: Asked): string => `recipient-change:${contact_id}:${mail.toLowerCase()}`;

/** New recipients who do not confirm, or say that they are somebody else, are asked after by a person; their answer ends that (S55). */
export const recipientWork = (desk: Desk) => ({
  raise: async (
    tx: Tx,
    asked: Asked,
    kind: Extract<WorkKind, 'recipientWaiting' | 'recipientRefused'>,
  ): Promise<void> => {
    await raiseWork(tx, desk, {
      ...{ accountId: asked.tenant_id, kind, target: `recipientChange:${asked.change_id}`, key: keyOf(asked) },
      ...{ facts: { name: asked.name, mail: asked.mail }, businessDays: 1 },
    });
  },
  settle: async (tx: Tx, asked: Asked): Promise<void> => {
    const { tenant_id: accountId, mail: recipient } = asked;
    await settleWork(tx, desk, { accountId, key: keyOf(asked), evidence: 'link' });
    await settleUndelivered(tx, desk, { accountId, recipient, evidence: 'link' });
  },
});
