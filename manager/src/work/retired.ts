import { contractWithout, type Desk } from '../customers/index.ts';
import { sql, type Tx } from '../platform/index.ts';
import { raiseWork } from './work.ts';

/**
 * Hosts are retired: where the contract would be left with fewer servers than its edition asks for, somebody has to settle what becomes of it (S19).
 * The host goes all the same; it is the customer's machine.
 */
export async function raiseRetired(tx: Tx, desk: Desk, accountId: string, hostIds: readonly string[]): Promise<void> {
  for (const hostId of hostIds) {
    const host = await tx.first(
      sql<{ name: string }>`select name from hosts_named where tenant_id = ${accountId} and id = ${hostId}`,
    );
    const without = host && (await contractWithout(tx, desk, accountId, host.name));
    if (!without) continue;
    await raiseWork(tx, desk, {
      ...{ accountId, kind: 'contractAction', target: `account:${accountId}`, businessDays: 3 },
      facts: { name: host.name, ...without },
      key: `contract:${hostId}`,
    });
  }
}
