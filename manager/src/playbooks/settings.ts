import { type Actor, type ContainmentSetting, type ContainmentSettingShown, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount, contactById, type Desk } from '../customers/index.ts';
import { announce, type Tx } from '../platform/index.ts';
import { consentRule } from './gate.ts';
import { selectSetting, upsertSetting } from './store.ts';

const usual: ContainmentSetting = { fourEyes: false, alwaysConsent: false, contactIds: [] };

/** @throws Refusal `not_found` */
export function getSetting(desk: Desk, actor: Actor, accountId: string): Promise<ContainmentSettingShown> {
  return desk.platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    return shown(tx, desk, accountId);
  });
}

const shown = async (tx: Tx, desk: Desk, accountId: string): Promise<ContainmentSettingShown> => ({
  ...((await selectSetting(tx, accountId)) ?? usual),
  ...(await consentRule(tx, desk, accountId)),
});

/** Requests that are there already stay as they were proposed. @throws Refusal `not_found` for the account, or a contact that is not the account's */
export async function putSetting(
  desk: Desk,
  actor: Actor,
  accountId: string,
  setting: ContainmentSetting,
): Promise<ContainmentSettingShown> {
  const { clock, database } = desk.platform;
  await database.for(actor, (tx) => checkAccount(tx, accountId));
  return database.as(accountId, async (tx) => {
    for (const id of setting.contactIds)
      if ((await contactById(tx, id))?.accountId !== accountId) throw new Refusal('not_found', { what: 'contact' });
    await upsertSetting(tx, accountId, setting, clock.now(), actor.name);
    const { fourEyes, alwaysConsent, contactIds } = setting;
    await note(tx, clock, {
      ...{ accountId, actor, action: 'playbook.configured', target: `account:${accountId}` },
      facts: { fourEyes, alwaysConsent, contacts: contactIds.length },
    });
    await announce(tx, { topic: 'containment', accountId });
    return shown(tx, desk, accountId);
  });
}
