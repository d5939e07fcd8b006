import { type Actor, type NewSoc, Refusal, type Soc, type SocChange, type SocDelivery } from '@sakimori/contract';
import type { z } from 'zod';
import { note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { isDuplicate, newId, type Platform, type Tx } from '../platform/index.ts';
import { brandExists } from '../provider/index.ts';
import { newWebhookSecret } from './signature.ts';
import {
  type DeliveryRow,
  insertSoc,
  type ListedSoc,
  lockSoc,
  reviveDelivery,
  type SocRow,
  selectSocs,
  setCoverage,
  updateSoc,
} from './soc-store.ts';

const thing = { what: 'soc' } as const;
const socsMax = 100;
/** For so long after a rotation the old secret signs too, so that a receiver can change in its own time. */
const overlapMs = 24 * 60 * 60_000;
const purposeOf = (id: string) => `soc:${id}`;

/** The secrets that sign at the moment, the newest first. */
export function openedSecrets({ vault, clock }: Platform, soc: SocRow): string[] {
  const isOld = soc.old_secret_sealed !== null && soc.old_secret_until! > clock.now();
  return [soc.secret_sealed, ...(isOld ? [soc.old_secret_sealed!] : [])].map((sealed) =>
    vault.open(purposeOf(soc.id), sealed),
  );
}

export const toSoc = (row: ListedSoc): Soc => ({
  ...{ id: row.id, name: row.name, mails: row.mails, language: row.language, createdAt: row.created_at.toISOString() },
  ...(row.webhook_url === null ? {} : { webhookUrl: row.webhook_url }),
  ...(row.old_secret_until ? { oldSecretUntil: row.old_secret_until.toISOString() } : {}),
  ...(row.brand_id === null ? {} : { brandId: row.brand_id }),
  ...(row.from_address === null ? {} : { fromAddress: row.from_address }),
  ...{ accounts: row.accounts, waiting: row.waiting, dead: row.dead },
});

export const toDelivery = (row: DeliveryRow): SocDelivery => ({
  ...{ id: row.id, accountId: row.tenant_id, caseId: row.case_id, caseNumber: row.case_number, channel: row.channel },
  ...{ event: row.event, state: row.state, attempts: row.attempts, createdAt: row.created_at.toISOString() },
  ...(row.next_at ? { nextAt: row.next_at.toISOString() } : {}),
  ...(row.problem ? { problem: row.problem } : {}),
  ...(row.done_at ? { doneAt: row.done_at.toISOString() } : {}),
});

/** @throws Refusal `not_found` */
export async function getSoc(tx: Tx, id: string): Promise<Soc> {
  const [row] = await selectSocs(tx, id);
  if (!row) throw new Refusal('not_found', thing);
  return toSoc(row);
}

const named = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw isDuplicate(error) ? new Refusal('already_exists', thing) : error;
  }
};

/** @throws Refusal `already_exists`, `limit_reached` */
export const createSoc = (platform: Platform, actor: Actor, given: z.output<typeof NewSoc>) =>
  named(
    platform.database.for(actor, async (tx) => {
      if ((await selectSocs(tx)).length >= socsMax) throw new Refusal('limit_reached', { ...thing, max: socsMax });
      const [id, secret] = [newId(platform.clock), newWebhookSecret()];
      await insertSoc(tx, {
        ...{ id, name: given.name, mails: given.mails, language: given.language },
        ...{ webhook_url: given.webhookUrl ?? null, secret_sealed: platform.vault.seal(purposeOf(id), secret) },
        created_at: platform.clock.now(),
      });
      await record(tx, platform, actor, 'soc.created', id, { name: given.name, mails: given.mails.join(', ') });
      return { soc: await getSoc(tx, id), secret };
    }),
  );

/** @throws Refusal `not_found`, `already_exists` */
export const changeSoc = (platform: Platform, actor: Actor, id: string, change: z.output<typeof SocChange>) =>
  named(
    platform.database.for(actor, async (tx) => {
      const row = await lockSoc(tx, id);
      if (!row) throw new Refusal('not_found', thing);
      const url = change.webhookUrl === undefined ? row.webhook_url : change.webhookUrl || null;
      const { name = row.name, mails = row.mails, language = row.language } = change;
      const brand_id = change.brandId === undefined ? row.brand_id : change.brandId || null;
      if (brand_id !== null && !(await brandExists(tx, brand_id))) throw new Refusal('not_found', { what: 'brand' });
      const from_address = change.fromAddress === undefined ? row.from_address : change.fromAddress || null;
      await updateSoc(tx, { ...row, name, mails, language, webhook_url: url, brand_id, from_address });
      // An address may hold a secret of the receiver, so the audit says that it changed and not to what.
      const facts = {
        ...{ name, mails: mails.join(', '), webhookChanged: url !== row.webhook_url },
        ...(from_address === null ? {} : { fromAddress: from_address }),
        ...(brand_id === null ? {} : { brandId: brand_id }),
      };
      await record(tx, platform, actor, 'soc.changed', id, facts);
      return getSoc(tx, id);
    }),
  );

/** @throws Refusal `not_found` */
export const rotateSecret = (platform: Platform, actor: Actor, id: string) =>
  platform.database.for(actor, async (tx) => {
    const row = await lockSoc(tx, id);
    if (!row) throw new Refusal('not_found', thing);
    const secret = newWebhookSecret();
    await updateSoc(tx, {
      ...row,
      secret_sealed: platform.vault.seal(purposeOf(id), secret),
      old_secret_sealed: row.secret_sealed,
      old_secret_until: new Date(platform.clock.now().getTime() + overlapMs),
    });
    await record(tx, platform, actor, 'soc.secret_rotated', id, { name: row.name });
    return { soc: await getSoc(tx, id), secret };
  });

/** @throws Refusal `not_found` */
export const cover = (platform: Platform, actor: Actor, accountId: string, socId: string | undefined): Promise<void> =>
  platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    const soc = socId === undefined ? undefined : await getSoc(tx, socId);
    await setCoverage(tx, accountId, socId, platform.clock.now());
    const facts = { name: soc?.name ?? '' };
    await note(tx, platform.clock, { accountId, actor, action: 'soc.covered', target: `account:${accountId}`, facts });
  });

/** @throws Refusal `wrong_state` */
export const retry = (platform: Platform, actor: Actor, socId: string, id: string): Promise<void> =>
  platform.database.for(actor, async (tx) => {
    const accountId = await reviveDelivery(tx, socId, id, platform.clock.now());
    if (accountId === undefined) throw new Refusal('wrong_state', { what: 'socDelivery', state: 'not_dead' });
    await note(tx, platform.clock, { accountId, actor, action: 'soc.retried', target: `soc:${socId}`, facts: { id } });
  });

async function record(
  tx: Tx,
  { clock }: Platform,
  actor: Actor,
  action: 'soc.created' | 'soc.changed' | 'soc.secret_rotated',
  id: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await note(tx, clock, { actor, action, target: `soc:${id}`, facts });
}
