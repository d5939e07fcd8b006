import { type Actor, type Person, Refusal } from '@sakimori/contract';
import { type Platform, sha256, type Tx } from '../platform/index.ts';
import { limitOfMail, takeAttempt } from './attempts.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { announceEnd, noteOnPerson, toPerson } from './people.ts';
import { findSession, totpPurpose } from './sessions.ts';
import {
  clearAttempts,
  clearTotp,
  confirmPendingTotp,
  deleteSessions,
  lockPerson,
  type PersonRow,
  type SessionRow,
  updatePassword,
  updatePendingTotp,
} from './store.ts';
import { newTotp, stepOfCode } from './totp.ts';

/** Who changes their own password or second factor, and the session they do it in. */
export type Owner = { readonly actor: Actor; readonly token: string };

/**
 * Sets the own password. The current one is asked for unless none is set or the session began with a one-time link, which an administrator
 * gave for a lost password. All other sessions end.
 * @throws Refusal `password_wrong`, `too_many_requests`, `unauthenticated`
 */
export async function setPassword(
  platform: Platform,
  owner: Owner,
  given: { readonly current?: string | undefined; readonly password: string },
): Promise<Person> {
  const session = await sessionOf(platform, owner);
  if (session.password_hash !== null && session.started_by === 'password')
    await provePassword(platform, session, given.current ?? '');
  const hash = await hashPassword(given.password);
  return change(platform, owner, async (tx, person) => {
    const changed = await updatePassword(tx, person.id, hash);
    const ended = await deleteSessions(tx, person.id, sha256(owner.token));
    await noteOnPerson(tx, platform.clock, person, owner.actor, 'person.password_set', { sessionsEnded: ended });
    if (ended > 0) await announceEnd(tx, person.id);
    return changed;
  });
}

/**
 * Begins one-time codes; nothing changes at sign-in until a first code confirms them.
 * @returns the `otpauth:` address for the QR code
 * @throws Refusal `password_wrong`, `wrong_state` (no password set), `too_many_requests`
 */
export async function startTotp(platform: Platform, owner: Owner, password: string): Promise<string> {
  const session = await sessionOf(platform, owner);
  if (session.password_hash === null) throw new Refusal('wrong_state', { what: 'password', state: 'unset' });
  await provePassword(platform, session, password);
  const { secret, uri } = newTotp(session.mail);
  await change(platform, owner, async (tx, person) => {
    await updatePendingTotp(tx, person.id, platform.vault.seal(totpPurpose(person.id), secret));
    return person;
  });
  return uri;
}

/** @throws Refusal `code_wrong`, `wrong_state` (not begun), `too_many_requests` */
export async function confirmTotp(platform: Platform, owner: Owner, code: string): Promise<Person> {
  const session = await sessionOf(platform, owner);
  await takeAttempt(platform, limitOfMail(session.mail));
  return change(platform, owner, async (tx, person) => {
    if (person.totp_pending === null) throw new Refusal('wrong_state', { what: 'totp', state: 'unset' });
    const secret = platform.vault.open(totpPurpose(person.id), person.totp_pending);
    const step = stepOfCode(secret, code, platform.clock.now());
    if (step === undefined) throw new Refusal('code_wrong');
    await clearAttempts(tx, limitOfMail(person.mail).bucket);
    await noteOnPerson(tx, platform.clock, person, owner.actor, 'person.totp_enabled');
    return confirmPendingTotp(tx, person.id, step);
  });
}

/** @throws Refusal `password_wrong`, `too_many_requests` */
export async function removeTotp(platform: Platform, owner: Owner, password: string): Promise<Person> {
  await provePassword(platform, await sessionOf(platform, owner), password);
  return change(platform, owner, async (tx, person) => {
    await noteOnPerson(tx, platform.clock, person, owner.actor, 'person.totp_disabled');
    return clearTotp(tx, person.id);
  });
}

async function sessionOf(platform: Platform, owner: Owner): Promise<PersonRow & SessionRow> {
  const session = await findSession(platform, owner.token);
  if (!session) throw new Refusal('unauthenticated');
  return session;
}

/** Tries at the password from within a session are counted with those at the door: a stolen session must not guess freely. */
async function provePassword(platform: Platform, person: PersonRow, password: string): Promise<void> {
  const limit = limitOfMail(person.mail);
  await takeAttempt(platform, limit);
  if (!(await verifyPassword(person.password_hash ?? undefined, password))) throw new Refusal('password_wrong');
  await platform.database.asProvider((tx) => clearAttempts(tx, limit.bucket));
}

function change(
  platform: Platform,
  owner: Owner,
  work: (tx: Tx, person: PersonRow) => Promise<PersonRow>,
): Promise<Person> {
  return platform.database.asProvider(async (tx) => {
    const person = await lockPerson(tx, owner.actor.id);
    if (!person) throw new Refusal('unauthenticated');
    return toPerson(await work(tx, person));
  });
}
