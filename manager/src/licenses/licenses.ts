import {
  type Actor,
  dayInJapan,
  type License,
  licenseReminders,
  type NewLicense,
  type Proof,
  Refusal,
  type Renewal,
} from '@sakimori/contract';
import type { z } from 'zod';
import { type AuditNote, note } from '../audit/index.ts';
import { checkAccount, checkWork, type Desk } from '../customers/index.ts';
import { announce, isDuplicate, newId, type Tx } from '../platform/index.ts';
import { settleWork } from '../work/index.ts';
import { addDays, daysBetween, standingOn } from './coverage.ts';
import { gapKey, overuseKey, reminderKey, startOfDay } from './follow.ts';
import { readProof } from './proof.ts';
import {
  insertLicense,
  insertReminders,
  insertTerm,
  type LicenseRow,
  lockLicense,
  markRetired,
  selectLicenses,
  selectProof,
  settleReminders,
  updateBought,
  updateStanding,
} from './store.ts';

const termsMax = 200;
const todayOf = ({ platform }: Desk): string => dayInJapan(platform.clock.now());

export function toLicense(row: LicenseRow, today: string): License {
  const standing = standingOn(row.terms, today);
  return {
    ...{
      id: row.id,
      accountId: row.tenant_id,
      accountName: row.account_name,
      product: row.product,
      vendor: row.vendor,
    },
    ...(row.contract_number === null ? {} : { contractNumber: row.contract_number }),
    ...(row.key_hint === null ? {} : { keyHint: row.key_hint }),
    ...(row.seats === null ? {} : { seats: row.seats }),
    ...{ used: row.used, isOverused: row.is_overused },
    state: row.ended_at ? 'retired' : standing.state,
    ...{ validTo: standing.validTo, daysLeft: daysBetween(today, standing.validTo) },
    ...(standing.gapSince && !row.ended_at ? { gapSince: standing.gapSince } : {}),
    terms: row.terms.map((term) => ({
      ...{ id: term.id, validFrom: term.valid_from, validTo: term.valid_to },
      ...(term.note === null ? {} : { note: term.note }),
      ...(term.proof_name !== null && term.proof_type !== null && term.proof_sha256 !== null
        ? {
            proof: {
              ...{ name: term.proof_name, type: term.proof_type, sha256: term.proof_sha256 },
              bytes: term.proof_bytes ?? 0,
            },
          }
        : {}),
      ...{ createdAt: new Date(term.created_at).toISOString(), createdBy: term.created_by },
    })),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
    ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
  };
}

export async function listLicenses(
  desk: Desk,
  actor: Actor,
  filter: { readonly accountId: string | undefined; readonly retired: boolean },
): Promise<License[]> {
  const today = todayOf(desk);
  const rows = await desk.platform.database.for(actor, (tx) => selectLicenses(tx, filter));
  return rows.map((row) => toLicense(row, today)).sort((one, other) => (one.validTo < other.validTo ? -1 : 1));
}

async function record(
  tx: Tx,
  { platform }: Desk,
  actor: AuditNote['actor'],
  action: 'license.added' | 'license.renewed' | 'license.retired',
  key: Key,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await note(tx, platform.clock, { accountId: key.accountId, actor, action, target: `license:${key.id}`, facts });
  await announce(tx, { topic: 'work', accountId: key.accountId, id: key.id });
}
type Key = { readonly accountId: string; readonly id: string };

/** What is stored of a key: it sealed, and its last characters, never more than a third of it. */
function sealed({ platform }: Desk, key: string | undefined): { sealedKey: string; keyHint: string } | undefined {
  if (key === undefined) return undefined;
  const shown = Math.min(4, Math.floor(key.length / 3));
  return { sealedKey: platform.vault.seal('license key', key), keyHint: key.slice(key.length - shown) };
}

async function onLicense<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'license' }, { cause: error });
    throw error;
  }
}

/** Rows for the steps before the end of what joins on; those of an earlier end are needed no more. */
async function plan(tx: Tx, key: Key, validTo: string): Promise<void> {
  const steps = licenseReminders.map((days) => ({ days, dueAt: startOfDay(addDays(validTo, -days)) }));
  await insertReminders(tx, key, validTo, steps);
}

async function read(tx: Tx, desk: Desk, id: string): Promise<License> {
  const [row] = await selectLicenses(tx, { id });
  if (!row) throw new Refusal('not_found', { what: 'license' });
  return toLicense(row, todayOf(desk));
}

/** @throws Refusal `not_found`, `not_in_plan`, `quote_needed`, `proof_refused`, `malformed` */
export function createLicense(
  desk: Desk,
  actor: Actor,
  accountId: string,
  given: z.infer<typeof NewLicense>,
): Promise<License> {
  const { clock, database } = desk.platform;
  const { product, vendor, contractNumber, key, seats, validFrom, validTo } = given;
  if (validTo < validFrom) throw new Refusal('malformed', { detail: 'body.validTo: it is before validFrom' });
  const proof = given.proof && readProof(given.proof);
  return onLicense(() =>
    database.asProvider(async (tx) => {
      await checkAccount(tx, accountId);
      // Setting a license up is part of what the plan has (S26).
      await checkWork(tx, desk, { accountId, feature: 'license.setup' });
      const at = clock.now();
      const row = { accountId, id: newId(clock) };
      const { sealedKey = null, keyHint = null } = sealed(desk, key) ?? {};
      await insertLicense(tx, {
        ...{ ...row, product, vendor, contractNumber, sealedKey, keyHint, seats, at, by: actor.name },
      });
      const term = { id: newId(clock), validFrom, validTo, note: undefined, proof, at, by: actor.name };
      await insertTerm(tx, row, term);
      await plan(tx, row, validTo);
      const facts = {
        product,
        vendor,
        validFrom,
        validTo,
        seats: seats ?? null,
        keyHint,
        proof: proof?.sha256 ?? null,
      };
      await record(tx, desk, actor, 'license.added', row, facts);
      return read(tx, desk, row.id);
    }),
  );
}

/**
 * A renewal is a term more. It has to join on to what is there: days without a license break the contract, so they are asked back for.
 * @throws Refusal `not_found`, `wrong_state`, `license_gap`, `license_not_longer`, `not_in_plan`, `quote_needed`, `proof_refused`, `limit_reached`
 */
export function renewLicense(desk: Desk, actor: Actor, id: string, given: z.infer<typeof Renewal>): Promise<License> {
  const { clock, database } = desk.platform;
  const proof = readProof(given.proof satisfies z.infer<typeof Proof>);
  return onLicense(() =>
    database.asProvider(async (tx) => {
      const before = await lockedLicense(tx, desk, id);
      const key = { accountId: before.accountId, id };
      await checkWork(tx, desk, { accountId: key.accountId, feature: 'basic.licenseRenewal' });
      if (before.terms.length >= termsMax) throw new Refusal('limit_reached', { what: 'license', max: termsMax });
      const end = before.terms.reduce((last, { validTo }) => (validTo > last ? validTo : last), '');
      const validFrom = given.validFrom ?? addDays(end, 1);
      const { validTo, note: text, seats } = given;
      if (validTo <= end || validTo < validFrom) throw new Refusal('license_not_longer', { end, validTo });
      const missing = daysBetween(addDays(end, 1), validFrom);
      if (missing > 0 && !given.isGapAccepted)
        throw new Refusal('license_gap', { from: addDays(end, 1), to: addDays(validFrom, -1), days: missing });
      const at = clock.now();
      await insertTerm(tx, key, { id: newId(clock), validFrom, validTo, note: text, proof, at, by: actor.name });
      const bought = sealed(desk, given.key);
      await updateBought(tx, key, { ...bought, seats });
      const after = await read(tx, desk, id);
      await settleEnds(tx, desk, actor, before, `${validFrom} – ${validTo}, SHA-256 ${proof.sha256}`);
      await plan(tx, key, validTo);
      if (after.state === 'inForce') await settleGap(tx, desk, actor, after, proof.sha256);
      const facts = { validFrom, validTo, seats: seats ?? null, proof: proof.sha256, gapDays: Math.max(missing, 0) };
      await record(tx, desk, actor, 'license.renewed', key, { product: before.product, ...facts });
      return read(tx, desk, id);
    }),
  );
}

async function lockedLicense(tx: Tx, desk: Desk, id: string): Promise<License> {
  if (!(await lockLicense(tx, id))) throw new Refusal('not_found', { what: 'license' });
  const license = await read(tx, desk, id);
  if (license.state === 'retired') throw new Refusal('wrong_state', { what: 'license', state: 'outOfUse' });
  return license;
}

/** Nothing more is told of ends that are no ends any more, and what was to be done about them is done. */
async function settleEnds(
  tx: Tx,
  desk: Desk,
  actor: AuditNote['actor'],
  license: License,
  evidence: string,
): Promise<void> {
  const { id, accountId, terms } = license;
  await settleReminders(tx, { accountId, id }, {}, 'renewed', desk.platform.clock.now());
  for (const { validTo } of terms)
    for (const days of licenseReminders)
      await settleWork(tx, desk, { accountId, key: reminderKey(id, validTo, days), evidence, actor });
}

async function settleGap(
  tx: Tx,
  desk: Desk,
  actor: AuditNote['actor'],
  { id, accountId, isOverused }: License,
  evidence: string,
): Promise<void> {
  await updateStanding(tx, { accountId, id }, { gapSince: null, isOverused });
  await settleWork(tx, desk, { accountId, key: gapKey(id), evidence: `SHA-256 ${evidence}`, actor });
}

/** @throws Refusal `not_found`, `wrong_state` */
export function retireLicense(desk: Desk, actor: Actor, id: string, reason: string): Promise<License> {
  return desk.platform.database.asProvider(async (tx) => {
    const license = await lockedLicense(tx, desk, id);
    const key = { accountId: license.accountId, id };
    await markRetired(tx, key, desk.platform.clock.now(), actor.name, reason);
    await settleEnds(tx, desk, actor, license, reason);
    for (const cause of [gapKey(id), overuseKey(id)])
      await settleWork(tx, desk, { accountId: key.accountId, key: cause, evidence: reason, actor, state: 'cancelled' });
    await record(tx, desk, actor, 'license.retired', key, { product: license.product, reason });
    return read(tx, desk, id);
  });
}

/** @throws Refusal `not_found` */
export async function getProof(desk: Desk, actor: Actor, licenseId: string, termId: string) {
  const row = await desk.platform.database.for(actor, (tx) => selectProof(tx, licenseId, termId));
  if (!row) throw new Refusal('not_found', { what: 'proof' });
  const { proof_name: name, proof_type: type, proof_sha256: sha256, proof } = row;
  return { name, type, sha256, content: proof.toString('base64') };
}
