import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Platform } from '../platform/index.ts';
import type { StoredSettings } from './settings.ts';

/** What an answer can be about. */
export type ReplySubject = 'ticket' | 'alert';
const marks = { ticket: 't', alert: 'a' } as const satisfies Record<ReplySubject, string>;

/** RFC 5321 §4.5.3.1.1. */
const localPartMax = 64;

/**
 * The address of the desk that names what an answer is about: `desk+t<id>.<signature>@provider.example`. Whoever has it was sent a letter about it,
 * so it is proof enough to file an answer there. Undefined where the desk has no address; without a tag where its name leaves no room for one.
 */
export function replyAddress(
  platform: Platform,
  { deskAddress }: Pick<StoredSettings, 'deskAddress'>,
  subject: ReplySubject,
  id: string,
): string | undefined {
  if (!deskAddress) return undefined;
  const at = deskAddress.lastIndexOf('@');
  const [local, domain] = [deskAddress.slice(0, at), deskAddress.slice(at + 1)];
  const tagged = `${local}+${marks[subject]}${id.replaceAll('-', '')}.${signatureOf(platform, subject, id)}`;
  return tagged.length > localPartMax ? deskAddress : `${tagged}@${domain}`;
}

/** What an address of the desk names, or undefined where it names nothing or its signature is wrong. */
export function readReplyAddress(
  platform: Platform,
  address: string,
): { readonly subject: ReplySubject; readonly id: string } | undefined {
  // Mail systems on the way may change the case.
  const found = /^[^@\s]{1,64}\+([at])([0-9a-f]{32})\.([0-9a-z]{13})@/.exec(address.toLowerCase().slice(0, 400));
  if (!found) return undefined;
  const subject = found[1] === 't' ? 'ticket' : 'alert';
  const id = found[2]!.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const expected = signatureOf(platform, subject, id);
  return timingSafeEqual(Buffer.from(found[3]!), Buffer.from(expected)) ? { subject, id } : undefined;
}

/** 64 bits of HMAC-SHA-256 in base 36, as those of bounce addresses. */
function signatureOf(platform: Platform, subject: ReplySubject, id: string): string {
  const mac = createHmac('sha256', platform.vault.derive('reply address')).update(`${subject} ${id}`).digest();
  return mac.readBigUInt64BE(0).toString(36).padStart(13, '0');
}
