import {
  type Actor,
  type NewRemote,
  Refusal,
  type Remote,
  type RemoteChange,
  type RemoteTest,
} from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { z } from 'zod';
import { type AuditNote, note } from '../audit/index.ts';
import { checkAccount, type Desk } from '../customers/index.ts';
import { announce, isDuplicate, type Platform, type Tx } from '../platform/index.ts';
import { addressOfRegion, readAddress, readCertificate } from './address.ts';
import { Budget, type Wait } from './budget.ts';
import { allowedOf, RemoteClient } from './client.ts';
import { RemoteFault } from './fault.ts';
import { forgetComputers } from './hosts.ts';
import { testTenant } from './probe.ts';
import {
  deleteTenant,
  insertTenant,
  lockTenant,
  noteOutcome,
  noteTest,
  type ShownRow,
  selectTenant,
  selectTenants,
  type TenantRow,
  updateTenant,
} from './store.ts';

/** What the rules about remote tenants need. */
export class RemoteDesk {
  readonly desk: Desk;
  readonly platform: Platform;
  readonly budget: Budget;

  constructor(desk: Desk, wait?: Wait) {
    this.desk = desk;
    this.platform = desk.platform;
    this.budget = new Budget(desk.platform, wait);
  }

  row(accountId: string): Promise<TenantRow | undefined> {
    return this.platform.database.asProvider((tx) => selectTenant(tx, accountId));
  }

  /** @throws Refusal `not_found` */
  async client(accountId: string, isBackground = false): Promise<{ row: TenantRow; client: RemoteClient }> {
    const row = await this.row(accountId);
    if (!row) throw new Refusal('not_found', { what: 'remote' });
    const key = this.platform.vault.open(purposeOf(accountId), row.key_sealed);
    return { row, client: new RemoteClient(this.platform, this.budget, row, key, isBackground) };
  }

  /** Notes how a call went, so that people see why a tenant stands still. */
  async noteOutcome(accountId: string, error?: unknown): Promise<void> {
    const isFault = error instanceof RemoteFault && error.isOfTenant;
    const problem = isFault ? { code: error.problem, detail: error.message.slice(0, 500) } : null;
    if (error !== undefined && problem === null) return;
    const { clock, database } = this.platform;
    await database.asProvider((tx) => noteOutcome(tx, accountId, problem, clock.now()));
  }
}

const purposeOf = (accountId: string): string => `remote tenant ${accountId}`;

function sealed(platform: Platform, accountId: string, apiKey: string) {
  return {
    key_sealed: platform.vault.seal(purposeOf(accountId), apiKey),
    key_hint: apiKey.length >= 16 ? apiKey.slice(-4) : '',
    key_mark: platform.vault.derive(`remote tenant key ${apiKey}`, 16).toString('hex'),
    key_replaced_at: platform.clock.now(),
  };
}

export function toRemote(platform: Platform, row: ShownRow): Remote {
  const perMinute = platform.config.SAKIMORI_REMOTE_REQUESTS_PER_MINUTE;
  const now = platform.clock.now();
  const passedMs = row.tokens_at ? Math.max(0, now.getTime() - row.tokens_at.getTime()) : 0;
  const isBlocked = row.blocked_until !== null && row.blocked_until > now;
  const left = Math.floor(Math.min(perMinute, (row.tokens ?? perMinute) + (passedMs * perMinute) / 60_000));
  return {
    ...{
      accountId: row.tenant_id,
      accountName: row.account_name,
      name: row.name,
      product: row.product,
      mode: row.mode,
    },
    ...{ address: row.address, reach: row.reach, trendTenant: row.trend_tenant, keyHint: row.key_hint },
    ...(row.region ? { region: row.region as NonNullable<Remote['region']> } : {}),
    ...(row.certificate ? { certificateFingerprint: readCertificate(row.certificate).fingerprint } : {}),
    ...{ keyReplacedAt: row.key_replaced_at.toISOString(), attachedAt: row.attached_at.toISOString() },
    attachedBy: row.attached_by,
    state: row.problem ? 'failing' : row.tested_at || row.synced_at ? 'working' : 'untested',
    ...(row.problem ? { problem: row.problem } : {}),
    ...(row.failing_since ? { failingSince: row.failing_since.toISOString() } : {}),
    ...(row.tested_at ? { testedAt: row.tested_at.toISOString() } : {}),
    ...(row.synced_at ? { syncedAt: row.synced_at.toISOString() } : {}),
    computerCount: row.computer_count,
    applicationControlCount: row.application_control_count,
    budget: {
      ...{ left: isBlocked ? 0 : left, perMinute },
      ...(isBlocked ? { blockedUntil: row.blocked_until!.toISOString() } : {}),
    },
  };
}

export const listRemotes = async (platform: Platform, actor: Actor, accountId: string | undefined): Promise<Remote[]> =>
  (await platform.database.for(actor, (tx) => selectTenants(tx, accountId))).map((row) => toRemote(platform, row));

export async function shown(tx: Tx, platform: Platform, accountId: string): Promise<Remote> {
  const [row] = await selectTenants(tx, accountId);
  if (!row) throw new Refusal('not_found', { what: 'remote' });
  return toRemote(platform, row);
}

/** Never with the address's key or certificate in it. */
async function record(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  action: AuditNote['action'],
  accountId: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await note(tx, platform.clock, { accountId, actor, action, target: `remote:${accountId}`, facts });
  await announce(tx, { topic: 'remote', accountId });
}

/** Two at the same moment: the second is told as if it had come later. */
const orTaken = (error: unknown): never => {
  if (!isDuplicate(error)) throw error;
  const isKey = String((error as { constraint?: unknown }).constraint ?? error).includes('remote_tenant_key');
  throw isKey ? new Refusal('remote_taken') : new Refusal('already_exists', { what: 'remote' });
};

/** @throws Refusal `not_found`, `remote_address_refused`, `remote_taken`, `already_exists` */
export async function attachRemote(
  { platform }: RemoteDesk,
  actor: Actor,
  accountId: string,
  given: z.infer<typeof NewRemote>,
): Promise<Remote> {
  const { clock, database } = platform;
  const region = given.region ?? null;
  const told = given.address ?? (region && given.product !== 'deep-security' ? addressOfRegion(region) : '');
  const address = readAddress(told, given.reach, allowedOf(platform));
  const certificate = given.certificate ? readCertificate(given.certificate).pem : null;
  const now = clock.now();
  return database
    .for(actor, async (tx) => {
      await checkAccount(tx, accountId);
      if (await selectTenant(tx, accountId)) throw new Refusal('already_exists', { what: 'remote' });
      await insertTenant(tx, {
        ...{ tenant_id: accountId, name: given.name.toWellFormed(), product: given.product, mode: given.mode },
        ...{ address, region, reach: given.reach, certificate, trend_tenant: given.trendTenant },
        ...sealed(platform, accountId, given.apiKey),
        ...{ attached_at: now, attached_by: actor.name, sync_due_at: now },
      });
      const { name, product, mode, reach } = given;
      await record(tx, platform, actor, 'remote.attached', accountId, { name, product, mode, reach, region });
      return shown(tx, platform, accountId);
    })
    .catch(orTaken);
}

/** @throws Refusal `not_found`, `remote_address_refused`, `remote_taken`, `remote_key_needed` */
export async function changeRemote(
  { platform }: RemoteDesk,
  actor: Actor,
  accountId: string,
  change: z.infer<typeof RemoteChange>,
): Promise<Remote> {
  const { clock, database } = platform;
  return database
    .for(actor, async (tx) => {
      await checkAccount(tx, accountId);
      const before = await lockTenant(tx, accountId);
      if (!before) throw new Refusal('not_found', { what: 'remote' });
      const reach = change.reach ?? before.reach;
      const address = readAddress(change.address ?? before.address, reach, allowedOf(platform));
      const certificate =
        change.certificate === undefined
          ? before.certificate
          : change.certificate && readCertificate(change.certificate).pem;
      const isElsewhere = address !== before.address || reach !== before.reach || certificate !== before.certificate;
      if (isElsewhere && change.apiKey === undefined) throw new Refusal('remote_key_needed');
      await updateTenant(tx, {
        ...{ ...before, address, reach, certificate, sync_due_at: clock.now() },
        ...{ name: change.name?.toWellFormed() ?? before.name, mode: change.mode ?? before.mode },
        trend_tenant: change.trendTenant ?? before.trend_tenant,
        ...(change.apiKey === undefined ? {} : sealed(platform, accountId, change.apiKey)),
      });
      const { apiKey, certificate: _, address: __, ...rest } = change;
      const facts = { ...rest, ...(isElsewhere ? { isElsewhere } : {}) };
      if (Object.keys(facts).length > 0) await record(tx, platform, actor, 'remote.changed', accountId, facts);
      if (apiKey !== undefined) await record(tx, platform, actor, 'remote.keyReplaced', accountId, {});
      return shown(tx, platform, accountId);
    })
    .catch(orTaken);
}

/** The key is gone, and what was fetched; hosts are as if only events named them. @throws Refusal `not_found` */
export async function detachRemote({ platform }: RemoteDesk, actor: Actor, accountId: string): Promise<void> {
  await platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    const row = await lockTenant(tx, accountId);
    if (!row) throw new Refusal('not_found', { what: 'remote' });
    await forgetComputers(tx, accountId);
    await deleteTenant(tx, accountId);
    await record(tx, platform, actor, 'remote.detached', accountId, { name: row.name });
  });
}

/** Asks who the key is and what it may. What is amiss is part of the answer. @throws Refusal `not_found` */
export async function testRemote(remote: RemoteDesk, actor: Actor, accountId: string): Promise<RemoteTest> {
  const { platform } = remote;
  await platform.database.for(actor, (tx) => checkAccount(tx, accountId));
  const { client } = await remote.client(accountId);
  const test = await testTenant(platform, (id, asking): Promise<ApiObject> => client.call(id, asking));
  const { clock, database } = platform;
  await database.asProvider(async (tx) => {
    await noteTest(tx, accountId, test, clock.now());
    await noteOutcome(tx, accountId, test.problem ?? null, clock.now());
    const { isWorking, keyName, problem } = test;
    await record(tx, platform, actor, 'remote.tested', accountId, { isWorking, keyName, problem });
  });
  return test;
}
