import {
  type AccountAlertDefinition,
  type Actor,
  type AlertDefinition,
  type AlertOverride,
  type AlertOverrideInput,
  Refusal,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { announce, type Platform, type Tx } from '../platform/index.ts';
import { definitionsOf } from './definitions.ts';
import { deleteOverride, type OverrideRow, selectOverrides, upsertOverride } from './raising-store.ts';

/** By the id of the definition. */
export type Overrides = ReadonlyMap<string, OverrideRow['override']>;

export const overridesOf = async (tx: Tx, accountId: string): Promise<Overrides> =>
  new Map((await selectOverrides(tx, accountId)).map((row) => [row.definition_id, row.override]));

/** Of all accounts, by account and definition (`<account> <definition>`). The transaction must be the provider's. */
export const allOverrides = async (tx: Tx): Promise<Overrides> =>
  new Map((await selectOverrides(tx)).map((row) => [`${row.tenant_id} ${row.definition_id}`, row.override]));

const toOverride = (row: OverrideRow): AlertOverride => ({
  ...{ accountId: row.tenant_id, definitionId: row.definition_id, ...row.override, reason: row.reason },
  ...{ updatedAt: row.updated_at.toISOString(), updatedBy: row.updated_by },
});

/** The definitions as they hold for an account; without one, as they are. @throws Refusal `not_found` */
export function listDefinitions(
  platform: Platform,
  actor: Actor,
  accountId: string | undefined,
): Promise<AccountAlertDefinition[]> {
  const account = accountId ?? actor.accountId;
  return platform.database.for(actor, async (tx) => {
    if (account !== undefined) await checkAccount(tx, account);
    const rows = account === undefined ? [] : await selectOverrides(tx, account);
    const byId = new Map(rows.map((row) => [row.definition_id, toOverride(row)]));
    return definitionsOf(platform).all.map((definition) => {
      const override = byId.get(definition.id);
      return { ...definition, ...(override ? { override } : {}) };
    });
  });
}

/** What a definition has no use for is refused rather than kept. */
function checkOverride(definition: AlertDefinition, { threshold, holdMinutes }: AlertOverrideInput): void {
  const field = definition.condition ? 'holdMinutes' : 'threshold';
  const given = definition.condition ? threshold : holdMinutes;
  if (given !== undefined)
    throw new Refusal('malformed', { detail: `body: ${definition.id} has no such bound; give ${field}` });
}

/** @throws Refusal `not_found`, `malformed` */
export function setOverride(
  platform: Platform,
  actor: Actor,
  accountId: string,
  definitionId: string,
  { reason, ...override }: AlertOverrideInput,
): Promise<AccountAlertDefinition> {
  const definition = definitionsOf(platform).get(definitionId);
  checkOverride(definition, { reason, ...override });
  return platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    const row: OverrideRow = {
      ...{ tenant_id: accountId, definition_id: definitionId, override, reason },
      ...{ updated_at: platform.clock.now(), updated_by: actor.name },
    };
    await upsertOverride(tx, row);
    const target = `alertDefinition:${definitionId}`;
    await note(tx, platform.clock, {
      ...{ accountId, actor, action: 'alert.definition_set', target },
      facts: { ...override, reason },
    });
    await announce(tx, { topic: 'alert', accountId });
    return { ...definition, override: toOverride(row) };
  });
}

/** As the definition says again. @throws Refusal `not_found` */
export function resetOverride(
  platform: Platform,
  actor: Actor,
  accountId: string,
  definitionId: string,
): Promise<AccountAlertDefinition> {
  const definition = definitionsOf(platform).get(definitionId);
  return platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    if (!(await deleteOverride(tx, accountId, definitionId))) throw new Refusal('not_found', { what: 'alertOverride' });
    const target = `alertDefinition:${definitionId}`;
    await note(tx, platform.clock, { accountId, actor, action: 'alert.definition_reset', target });
    await announce(tx, { topic: 'alert', accountId });
    return definition;
  });
}
