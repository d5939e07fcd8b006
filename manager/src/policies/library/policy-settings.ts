import { type Actor, groupOfSetting, type PolicySetting, type PolicySettingsChange, Refusal } from '@sakimori/contract';
import { isCarriedOut, isSetting } from '@sakimori/contract/workload-security/index';
import { namedObject, readConfiguration, type Scope, scopeOf } from '../../configuration/index.ts';
import type { Platform, Tx } from '../../platform/index.ts';
import { changeConfiguration } from '../change.ts';
import { checkSettings } from '../checked-settings.ts';
import { findPolicy } from '../policies.ts';

/** Settings of a policy that belong to the service, with the values in force and whose they are. @throws Refusal `not_found` */
export async function policySettings(tx: Tx, policyId: string): Promise<{ items: PolicySetting[] }> {
  const row = await findPolicy(tx, policyId);
  const scope = scopeOf(await readConfiguration(tx, row.tenant_id), row.number);
  const items = Object.entries(scope.settings())
    .filter(([name]) => groupOfSetting(name) !== undefined)
    .map(([name, { value }]) => ({ name, value, ...setBy(scope, name) }));
  return { items };
}

function setBy(scope: Scope, name: string): Pick<PolicySetting, 'setBy'> {
  const layer = scope.layers.findLast(({ settings }) => settings?.[name]);
  return layer ? { setBy: namedObject(layer) } : {};
}

/**
 * Sets settings of a policy itself, or leaves them to what stands above. Hosts follow in the same transaction.
 * @throws Refusal `malformed` for what is no setting, or none that anybody here carries out (S25)
 */
export async function changePolicySettings(
  platform: Platform,
  actor: Actor,
  policyId: string,
  { set, reset, reason }: PolicySettingsChange,
): Promise<void> {
  for (const name of [...Object.keys(set), ...reset])
    if (!isSetting('policy', name)) throw new Refusal('malformed', { detail: `${name} is no setting of a policy` });
  checkSettings(Object.fromEntries(Object.entries(set).map(([name, value]) => [name, { value }])));
  const idle = Object.keys(set).find((name) => !isCarriedOut(name));
  if (idle) throw new Refusal('malformed', { detail: `${idle} has no effect here` });
  const { tenant_id: accountId } = await platform.database.for(actor, (tx) => findPolicy(tx, policyId));
  await changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    const { number } = await findPolicy(edit.tx, policyId);
    const policy = edit.get('Policy', number);
    if (!policy) throw new Refusal('not_found', { what: 'policy' });
    const { settings: before = {}, ...rest } = policy as { settings?: Record<string, { value: string }> };
    const next = { ...before };
    for (const [name, value] of Object.entries(set)) next[name] = { value };
    for (const name of reset) delete next[name];
    edit.put('Policy', number, Object.keys(next).length > 0 ? { ...rest, settings: next } : rest);
  });
}
