import type { Actor } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { type Change, type ConfigurationEdit, editConfiguration, editWithin, kinds } from '../configuration/index.ts';
import { announce, type Platform, type Tx } from '../platform/index.ts';
import { compileFault } from './compile/faults.ts';
import { checkLogRules } from './left-out.ts';
import { followConfiguration } from './targets.ts';

export type ChangeBy = {
  readonly accountId: string;
  readonly actor: Pick<Actor, 'id' | 'name'> & { readonly kind: Actor['kind'] | 'agent' };
  /** Stands with the versions that follow from it. */
  readonly reason: string;
};

/** Changes beyond these are counted, not listed one by one. */
const notedMax = 50;

/**
 * Changes an account's configuration. In the same transaction the policies of its hosts follow, the audit says what was done, and connected agents are
 * told. The one way in which policies, rules, lists and computers change, whoever asks.
 * @throws Refusal `malformed` where an agent could not carry the result out; nothing is stored then
 */
export function changeConfiguration<T>(
  platform: Platform,
  by: ChangeBy,
  work: (edit: ConfigurationEdit) => Promise<T>,
): Promise<T> {
  const follow = followConfiguration(platform, { name: by.actor.name, reason: by.reason });
  return orFault(() =>
    editConfiguration(platform, by.accountId, follow, async (edit) => {
      const result = await work(edit);
      checkLogRules(edit);
      await noteChanges(edit.tx, platform, by, edit);
      return result;
    }),
  );
}

/** The same within a transaction that is open already. */
export async function changeWithin<T>(
  tx: Tx,
  platform: Platform,
  by: ChangeBy,
  work: (edit: ConfigurationEdit) => Promise<T>,
): Promise<T> {
  const follow = followConfiguration(platform, { name: by.actor.name, reason: by.reason });
  const { result } = await orFault(() =>
    editWithin(tx, platform, by.accountId, follow, async (edit) => {
      const made = await work(edit);
      checkLogRules(edit);
      await noteChanges(tx, platform, by, edit);
      return made;
    }),
  );
  return result;
}

async function orFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw compileFault(error) ?? error;
  }
}

async function noteChanges(tx: Tx, platform: Platform, by: ChangeBy, edit: ConfigurationEdit): Promise<void> {
  const { changes } = edit;
  for (const change of changes.slice(0, notedMax)) await noteOne(tx, platform, by, change, edit);
  if (changes.length > notedMax)
    await note(tx, platform.clock, {
      ...{ accountId: by.accountId, actor: by.actor, action: 'configuration.modified', target: 'configuration:more' },
      facts: { count: changes.length - notedMax, reason: by.reason },
    });
  if (changes.length > 0) await announce(tx, { topic: 'configuration', accountId: by.accountId });
}

function noteOne(tx: Tx, platform: Platform, by: ChangeBy, change: Change, edit: ConfigurationEdit): Promise<void> {
  const { kind, id, verb } = change;
  const object = edit.get(kind, id) ?? edit.before.get(kind, id);
  const name = object?.[kinds[kind]?.nameProperty ?? 'name'];
  return note(tx, platform.clock, {
    ...{ accountId: by.accountId, actor: by.actor, action: `configuration.${verb}`, target: `${kind}:${id}` },
    facts: { kind, id, ...(typeof name === 'string' && kind !== 'Certificate' ? { name } : {}), reason: by.reason },
  });
}
