import { ownReasons, type PolicyDocument, Refusal } from '@sakimori/contract';
import {
  editWithin,
  insertComputer,
  lockAccount,
  markContent,
  readConfiguration,
  selectStale,
  shipped,
  takeId,
} from '../configuration/index.ts';
import { newId, type Platform, type Tx } from '../platform/index.ts';
import { importDocument } from './import-document.ts';
import { numberLegacy, selectHostsWithoutComputer, selectLegacy } from './target-store.ts';
import { compileAll } from './targets.ts';

const by = { name: 'Sakimori', reason: ownReasons.newContent };

/**
 * Compiles the policies of accounts anew whose shipped content is of another version of the program, and takes over what was written before there
 * was a configuration. Run once at the start, account by account, each in a transaction of its own: one that fails keeps the policies that it has
 * and is tried again at the next start.
 */
export async function adoptContent(platform: Platform): Promise<void> {
  const { digest } = shipped();
  const stale = await platform.database.asProvider((tx) => selectStale(tx, digest));
  for (const accountId of stale)
    try {
      await platform.database.as(accountId, (tx) => adopt(tx, platform, accountId, digest));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unavailable') throw error;
      const { message, stack } = error as Error;
      platform.log.error({ accountId, err: { message, stack } }, 'an account keeps its policies of an earlier version');
    }
}

async function adopt(tx: Tx, platform: Platform, accountId: string, digest: string): Promise<void> {
  await lockAccount(tx, accountId);
  const isLegacy = await takeOverLegacy(tx, platform, accountId);
  const view = await readConfiguration(tx, accountId);
  if (isLegacy || view.revision > 0) await compileAll(platform, tx, view, by);
  await markContent(tx, accountId, digest);
}

/** @returns whether there was something to take over */
async function takeOverLegacy(tx: Tx, platform: Platform, accountId: string): Promise<boolean> {
  const legacy = await selectLegacy(tx, accountId);
  if (legacy.length === 0) return false;
  const options = { heartbeatSeconds: platform.config.SAKIMORI_HEARTBEAT_SECONDS };
  const nothingFollows = async () => undefined;
  await editWithin(tx, platform, accountId, nothingFollows, async (edit) => {
    for (const { id, name, document } of legacy) {
      const taken = edit.list('Policy').some((policy) => policy['name'] === name);
      const number = await edit.insert('Policy', { name: taken ? `${name} (${id.slice(-6)})` : name });
      await importDocument(edit, number, document as PolicyDocument, options);
      await numberLegacy(tx, accountId, id, number);
    }
    for (const host of await selectHostsWithoutComputer(tx, accountId)) {
      const id = await takeId(tx, accountId, 'Computer', 1);
      await insertComputer(tx, accountId, {
        ...{ id, guid: newId(platform.clock), host_id: host.id, host_name: host.name, created_at: edit.at },
        policy_id: host.number,
      });
      edit.noteComputer(id, 'created');
    }
  });
  return true;
}
