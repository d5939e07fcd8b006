import { note, system } from '../../audit/index.ts';
import { readConfiguration, takeId } from '../../configuration/index.ts';
import { ConnectorFault } from '../../connectors/index.ts';
import { announce, defineJob, enqueue, type Platform, type Tx } from '../../platform/index.ts';
import { changeConfiguration } from '../../policies/index.ts';
import { actOnComputers } from '../events/on-computers.ts';
import { applyPlan } from './apply.ts';
import { type Connector, type ConnectorKind, connectorMark } from './connector.ts';
import { type Listed, listMachines } from './listing.ts';
import { planForAccount } from './plan-for-account.ts';
import {
  beginSyncs,
  endSyncs,
  holdSubmitted,
  insertSync,
  resubmitSyncs,
  type SyncRow,
  selectEarlier,
  selectWaiting,
} from './store.ts';

/** Synchronizes a connector, if one of its synchronizations waits. */
export const syncConnector = defineJob<{ accountId: string; kind: ConnectorKind; id: number }>('automation.sync');

/**
 * Asks for a synchronization; it is begun when the transaction commits. One that waits already stands for this one, too.
 * @returns its number, as an action of the API
 */
export async function submitSync(tx: Tx, platform: Platform, connector: Connector, by: string): Promise<number> {
  const waiting = await holdSubmitted(tx, connector);
  if (waiting) return waiting.id;
  const id = await takeId(tx, connector.accountId, 'ConnectorAction', 1);
  await insertSync(tx, connector, id, by, platform.clock.now());
  await queueSync(tx, connector);
  return id;
}

export const queueSync = (tx: Tx, { accountId, kind, id }: Connector): Promise<void> =>
  enqueue(tx, syncConnector, { accountId, kind, id }, `${accountId}:${kind}:${id}`);

/** Lists the machines of a connector and makes its computers and groups follow. Whatever goes wrong is the synchronization's end, not the job's. */
export async function runSync(platform: Platform, connector: Connector, stopping: AbortSignal): Promise<void> {
  const { accountId } = connector;
  const { ids, view, object } = await platform.database.as(accountId, async (tx) => {
    // First, for whoever asked for one of these may have changed the connector before.
    const begun = await beginSyncs(tx, connector, platform.clock.now());
    const configuration = await readConfiguration(tx, accountId);
    return {
      ids: begun,
      view: configuration,
      object: configuration.get(connector.kind, connector.id),
    };
  });
  if (ids.length === 0) return;
  try {
    if (object) await follow(platform, connector, ids, await listMachines(platform, view, connector, object, stopping));
  } catch (error) {
    if (stopping.aborted) return platform.database.as(accountId, (tx) => resubmitSyncs(tx, accountId, ids));
    await fail(platform, connector, ids, error as Error);
  }
  await platform.database.as(accountId, async (tx) => {
    const next = await selectWaiting(tx, accountId);
    if (next) await queueSync(tx, connectorOf(next));
  });
}

export const connectorOf = ({ tenant_id, connector_kind, connector_id }: SyncRow): Connector => ({
  accountId: tenant_id,
  kind: connector_kind as ConnectorKind,
  id: connector_id,
});

async function follow(platform: Platform, connector: Connector, ids: readonly number[], listed: Listed): Promise<void> {
  const { accountId, kind, id } = connector;
  const reason = `synchronization of ${connectorMark(connector)}`;
  await changeConfiguration(platform, { accountId, actor: system, reason }, async (edit) => {
    const object = edit.get(kind, id);
    // It was deleted while its cloud was asked.
    if (!object) return;
    const happened = await applyPlan(edit, platform, connector, await planForAccount(edit, connector, listed));
    await actOnComputers(edit, platform, 'computer-created-by-system', happened.created);
    await actOnComputers(edit, platform, 'computer-moved-by-system', happened.moved);
    await actOnComputers(edit, platform, 'computer-powered-on-by-system', happened.poweredOn);
    edit.record(kind, id, { ...edit.get(kind, id), ...listed.shown });
    await endSyncs(edit.tx, accountId, ids, 'success', incompleteIn(listed), edit.at);
  });
}

const partsShown = 5;

/** What could not be read, in one sentence. */
function incompleteIn({ listing: { incomplete } }: Listed): string | null {
  if (incomplete.length === 0) return null;
  const shown = incomplete.slice(0, partsShown).map(({ scope, fault }) => `${scope}: ${fault.message}`);
  return `${incomplete.length} part(s) could not be read. ${shown.join(' ')}`.slice(0, 2000);
}

/** A fault of the cloud says what it is; anything else is ours and stays in the log. */
async function fail(platform: Platform, connector: Connector, ids: readonly number[], error: Error): Promise<void> {
  const isTheirs = error instanceof ConnectorFault;
  const detail = isTheirs ? error.message : 'Something failed on our side. It has been logged.';
  if (!isTheirs)
    platform.log.error(
      { ...connector, err: { message: error.message, stack: error.stack } },
      'a synchronization of a connector failed',
    );
  const { accountId } = connector;
  await platform.database.as(accountId, async (tx) => {
    const earlier = await selectEarlier(tx, connector, ids);
    await endSyncs(tx, accountId, ids, 'failed', detail, platform.clock.now());
    // A connector that fails hour after hour is told of once.
    if (earlier?.state === 'failed' && earlier.detail === detail) return;
    await note(tx, platform.clock, {
      ...{ accountId, actor: system, action: 'connector.failed', target: connectorMark(connector) },
      facts: { reason: detail },
    });
    await announce(tx, { topic: 'configuration', accountId });
  });
}
