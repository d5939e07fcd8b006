import {
  type Actor,
  type AuditAction,
  isCustomerRole,
  isSocRole,
  type Language,
  type Person,
  Refusal,
  type Role,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import {
  announce,
  type Clock,
  isDuplicate,
  newId,
  newSecret,
  type Platform,
  sha256,
  type Tx,
} from '../platform/index.ts';
import {
  countPeople,
  deleteSessions,
  disablePersonRow,
  insertLink,
  insertPerson,
  isMissingAccount,
  lockAdmins,
  lockFirstAdmin,
  lockPerson,
  type PersonRow,
  peopleMax,
  revokeLinks,
  updateLanguage,
} from './store.ts';

/** What the manager does of its own accord. */
export const system: Actor = { kind: 'system', id: 'system', name: 'system', role: 'provider-admin' };

const linkValidMs = 24 * 60 * 60_000;

export const toPerson = (row: PersonRow): Person => ({
  id: row.id,
  name: row.name,
  mail: row.mail,
  role: row.role,
  ...(row.account_id ? { accountId: row.account_id } : {}),
  ...(row.soc_id ? { socId: row.soc_id } : {}),
  language: row.language,
  totpEnabled: row.totp_sealed !== null,
  passwordSet: row.password_hash !== null,
  createdAt: row.created_at.toISOString(),
  ...(row.disabled_at ? { disabledAt: row.disabled_at.toISOString() } : {}),
});

export const actorOf = (row: PersonRow): Actor => ({
  kind: 'person',
  id: row.id,
  name: row.name,
  role: row.role,
  ...(row.account_id ? { accountId: row.account_id } : {}),
  ...(row.soc_id ? { socId: row.soc_id } : {}),
});

/** A role, and whom it belongs to. */
export type Belonging = {
  readonly role: Role;
  readonly accountId?: string | undefined;
  readonly socId?: string | undefined;
};

/** A customer's role sees one account, a partner SOC's what it covers, a provider's role all of them. @throws Refusal `malformed` */
export function checkRoleAndAccount({ role, accountId, socId }: Belonging): void {
  if (isCustomerRole(role) && !accountId)
    throw new Refusal('malformed', { detail: `body.accountId: the role ${role} needs the account it belongs to` });
  if (!isCustomerRole(role) && accountId)
    throw new Refusal('malformed', { detail: `body.accountId: the role ${role} takes no account` });
  if (isSocRole(role) && !socId)
    throw new Refusal('malformed', { detail: `body.socId: the role ${role} needs the partner SOC it belongs to` });
  if (!isSocRole(role) && socId)
    throw new Refusal('malformed', { detail: `body.socId: the role ${role} belongs to no partner SOC` });
}

/** A deed on a person or by one, written where their customer can read it too. */
export const noteOnPerson = (
  tx: Tx,
  clock: Clock,
  person: Pick<PersonRow, 'id' | 'account_id'>,
  actor: Actor,
  action: AuditAction,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> =>
  note(tx, clock, { accountId: person.account_id ?? undefined, actor, action, target: `person:${person.id}`, facts });

/** Makes the one link that signs this person in; links made before serve no more. @returns its secret */
async function makeLink(tx: Tx, clock: Clock, personId: string): Promise<{ secret: string; expiresAt: Date }> {
  const now = clock.now();
  const secret = newSecret();
  const expiresAt = new Date(now.getTime() + linkValidMs);
  await revokeLinks(tx, personId, now);
  await insertLink(tx, { secretHash: sha256(secret), personId, createdAt: now, expiresAt });
  return { secret, expiresAt };
}

export type PersonInput = {
  readonly name: string;
  readonly mail: string;
  readonly role: Role;
  readonly accountId?: string | undefined;
  readonly socId?: string | undefined;
  readonly language: Language;
};

/** @throws Refusal `malformed`, `already_exists`, `not_found` (account), `limit_reached` */
export async function createPerson(
  platform: Platform,
  actor: Actor,
  input: PersonInput,
): Promise<{ person: Person; secret: string }> {
  checkRoleAndAccount(input);
  const { clock, database } = platform;
  try {
    return await database.asProvider(async (tx) => {
      if ((await countPeople(tx)).count >= peopleMax)
        throw new Refusal('limit_reached', { what: 'person', max: peopleMax });
      const row = await insertNew(tx, clock, input);
      await noteOnPerson(tx, clock, row, actor, 'person.created', { name: row.name, mail: row.mail, role: row.role });
      const { secret } = await makeLink(tx, clock, row.id);
      return { person: toPerson(row), secret };
    });
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'person' });
    if (isMissingAccount(error)) throw new Refusal('not_found', { what: input.socId ? 'soc' : 'account' });
    throw error;
  }
}

const insertNew = (tx: Tx, clock: Clock, input: PersonInput): Promise<PersonRow> =>
  insertPerson(tx, {
    id: newId(clock),
    name: input.name,
    mail: input.mail,
    role: input.role,
    account_id: input.accountId ?? null,
    soc_id: input.socId ?? null,
    language: input.language,
    created_at: clock.now(),
  });

/** A fresh one-time link, for a lost password. @throws Refusal `not_found` */
export function issueLink(
  platform: Platform,
  actor: Actor,
  personId: string,
): Promise<{ secret: string; expiresAt: Date }> {
  return platform.database.asProvider(async (tx) => {
    const person = await lockPerson(tx, personId);
    if (!person) throw new Refusal('not_found', { what: 'person' });
    await noteOnPerson(tx, platform.clock, person, actor, 'person.link_issued');
    return makeLink(tx, platform.clock, person.id);
  });
}

/** Closes a person's access: sessions and links end with the transaction. @throws Refusal `not_found`, `last_admin` */
export async function disablePerson(platform: Platform, actor: Actor, personId: string): Promise<void> {
  const { clock, database } = platform;
  await database.asProvider(async (tx) => {
    const admins = await lockAdmins(tx);
    const person = await lockPerson(tx, personId);
    if (!person) throw new Refusal('not_found', { what: 'person' });
    if (admins.length === 1 && admins[0]!.id === personId) throw new Refusal('last_admin');
    await disablePersonRow(tx, person.id, clock.now());
    await deleteSessions(tx, person.id);
    await revokeLinks(tx, person.id, clock.now());
    await noteOnPerson(tx, clock, person, actor, 'person.disabled', { name: person.name, mail: person.mail });
    await announceEnd(tx, person.id);
  });
}

/** Tells every process that a person's or key's access ended or shrank, so that open live connections are closed. */
export const announceEnd = (tx: Tx, id: string): Promise<void> => announce(tx, { internal: 'access-ended', id });

export function changeLanguage(platform: Platform, actor: Actor, language: Language): Promise<Person> {
  return platform.database.asProvider(async (tx) => {
    const row = await updateLanguage(tx, actor.id, language);
    await noteOnPerson(tx, platform.clock, row, actor, 'person.language_set', { language });
    return toPerson(row);
  });
}

/** The mail address under which the first administrator signs in. `.internal` is reserved for private use: no mail ever leaves for it. */
export const firstAdminMail = 'admin@sakimori.internal';

/**
 * Sees to it that somebody can administer this installation: makes the first administrator where there is none.
 * @returns the secret of a fresh one-time link as long as no administrator has set a password
 */
export function makeFirstAdmin(platform: Platform): Promise<string | undefined> {
  const { clock, database } = platform;
  return database.asProvider(async (tx) => {
    await lockFirstAdmin(tx);
    const admins = await lockAdmins(tx);
    if (admins.some((admin) => admin.password_hash !== null)) return undefined;
    const admin = admins[0] ?? (await insertFirstAdmin(tx, clock));
    await noteOnPerson(tx, clock, admin, system, 'person.link_issued');
    return (await makeLink(tx, clock, admin.id)).secret;
  });
}

async function insertFirstAdmin(tx: Tx, clock: Clock): Promise<PersonRow> {
  const row = await insertNew(tx, clock, {
    name: 'admin',
    mail: firstAdminMail,
    role: 'provider-admin',
    language: 'ja',
  });
  await noteOnPerson(tx, clock, row, system, 'person.created', { name: row.name, mail: row.mail, role: row.role });
  return row;
}
