import { type Actor, type Person, Refusal } from '@sakimori/contract';
import { type Clock, newSecret, type Platform, sha256, type Tx } from '../platform/index.ts';
import { limitOfAddress, limitOfMail, takeAttempt } from './attempts.ts';
import { verifyPassword } from './password.ts';
import { actorOf, announceEnd, noteOnPerson, system, toPerson } from './people.ts';
import {
  clearAttempts,
  deleteSession,
  insertSession,
  lockLink,
  lockPerson,
  markLinkUsed,
  type PersonRow,
  type SessionRow,
  selectPersonByMail,
  selectSession,
  touchSession,
  useTotpStep,
} from './store.ts';
import { stepOfCode } from './totp.ts';

const idleMs = 12 * 60 * 60_000;
const absoluteMs = 7 * 24 * 60 * 60_000;
/** A session's last use is written down at most this often. */
const touchEveryMs = 5 * 60_000;

export const sessionValidSeconds = absoluteMs / 1000;
/** Sessions begun or used before these times are over. */
export const sessionLimits = (now: Date) => ({
  started: new Date(now.getTime() - absoluteMs),
  seen: new Date(now.getTime() - idleMs),
});
/** Binds a sealed key of one-time codes to its person: it cannot be moved to another row. */
export const totpPurpose = (personId: string): string => `access-totp:${personId}`;

export type Credentials = { readonly mail: string; readonly password: string; readonly totp?: string | undefined };
export type From = { readonly address: string; readonly oldToken: string | undefined };
export type SignedIn = { readonly person: Person; readonly token: string };

type Verdict = SignedIn | 'refused' | 'totp_required';

/**
 * Every no is the same no: unknown address, wrong password, no password set and wrong code differ neither in words nor in work done.
 * @returns undefined where the password is right and a one-time code must follow
 * @throws Refusal `sign_in_refused`, `too_many_requests`
 */
export async function signIn(platform: Platform, given: Credentials, from: From): Promise<SignedIn | undefined> {
  await takeAttempt(platform, limitOfAddress(from.address), limitOfMail(given.mail));
  const found = await platform.database.asProvider((tx) => selectPersonByMail(tx, given.mail));
  const passwordRight = await verifyPassword(found?.password_hash ?? undefined, given.password);
  // The refusal is thrown only after the commit: the audit of a refused sign-in must stand.
  const verdict = await platform.database.asProvider(async (tx): Promise<Verdict> => {
    const person = await lockPerson(tx, found?.id ?? nilId);
    const unchanged = person?.password_hash === found?.password_hash;
    if (!person || !passwordRight || !unchanged)
      return refuse(tx, platform.clock, person ?? unknownPerson, from, 'password');
    if (person.totp_sealed !== null && given.totp === undefined) return 'totp_required';
    if (!(await takeCode(platform, tx, person, given.totp))) return refuse(tx, platform.clock, person, from, 'code');
    await clearAttempts(tx, limitOfMail(given.mail).bucket);
    return begin(tx, platform.clock, person, 'password', from);
  });
  if (verdict === 'refused') throw new Refusal('sign_in_refused');
  return verdict === 'totp_required' ? undefined : verdict;
}

const nilId = '00000000-0000-0000-0000-000000000000';
/** The address that was typed is not kept: it may be a password in the wrong field. */
const unknownPerson = { id: 'unknown', account_id: null };

async function refuse(
  tx: Tx,
  clock: Clock,
  person: Pick<PersonRow, 'id' | 'account_id'>,
  from: From,
  factor: 'password' | 'code',
): Promise<'refused'> {
  await noteOnPerson(tx, clock, person, system, 'person.sign_in_refused', { address: from.address, factor });
  return 'refused';
}

async function takeCode(platform: Platform, tx: Tx, person: PersonRow, code: string | undefined): Promise<boolean> {
  if (person.totp_sealed === null) return true;
  const secret = platform.vault.open(totpPurpose(person.id), person.totp_sealed);
  const step = stepOfCode(secret, code ?? '', platform.clock.now());
  return step !== undefined && useTotpStep(tx, person.id, step);
}

/** A new token at every sign-in; the session that the browser had before ends. */
async function begin(
  tx: Tx,
  clock: Clock,
  person: PersonRow,
  startedBy: 'password' | 'link',
  from: From,
): Promise<SignedIn> {
  const token = newSecret();
  if (from.oldToken) await deleteSession(tx, sha256(from.oldToken));
  await insertSession(tx, { tokenHash: sha256(token), personId: person.id, startedBy, at: clock.now() });
  const action = startedBy === 'link' ? 'person.link_redeemed' : 'person.signed_in';
  await noteOnPerson(tx, clock, person, actorOf(person), action, { address: from.address });
  return { person: toPerson(person), token };
}

/**
 * Signs in with a one-time link. It stands for password and code together: only an administrator issues it, and its use is audited.
 * @throws Refusal `link_invalid`, `too_many_requests`
 */
export async function redeemLink(platform: Platform, secret: string, from: From): Promise<SignedIn> {
  const { clock, database } = platform;
  await takeAttempt(platform, limitOfAddress(from.address));
  const signedIn = await database.asProvider(async (tx) => {
    const secretHash = sha256(secret);
    const link = await lockLink(tx, secretHash);
    const person = link && (await lockPerson(tx, link.person_id));
    if (!link || !person) return undefined;
    if (link.used_at || link.revoked_at || link.expires_at <= clock.now()) {
      await noteOnPerson(tx, clock, person, system, 'person.link_refused', { address: from.address });
      return undefined;
    }
    await markLinkUsed(tx, secretHash, clock.now());
    return begin(tx, clock, person, 'link', from);
  });
  if (!signedIn) throw new Refusal('link_invalid');
  return signedIn;
}

export async function signOut(platform: Platform, actor: Actor, token: string): Promise<void> {
  await platform.database.asProvider(async (tx) => {
    await deleteSession(tx, sha256(token));
    await announceEnd(tx, actor.id);
    await noteOnPerson(
      tx,
      platform.clock,
      { id: actor.id, account_id: actor.accountId ?? null },
      actor,
      'person.signed_out',
    );
  });
}

/** The session of a token and its person, where both are still good. Notes its use, coarsely, unless it is only looked at. */
export function findSession(
  platform: Platform,
  token: string,
  touch = true,
): Promise<(PersonRow & SessionRow) | undefined> {
  const now = platform.clock.now();
  return platform.database.asProvider(async (tx) => {
    const session = await selectSession(tx, sha256(token), sessionLimits(now));
    if (touch && session && now.getTime() - session.last_seen_at.getTime() >= touchEveryMs)
      await touchSession(tx, session.token_hash, now);
    return session;
  });
}
