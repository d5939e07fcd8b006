import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Platform } from '../platform/index.ts';
import type { StoredSettings } from './settings.ts';

/** RFC 5321 §4.5.3.1.1. */
const localPartMax = 64;

/** Envelope sender of a letter, by which a delivery report finds back to it. The signature keeps others from declaring letters undelivered. */
export function envelopeSender(platform: Platform, settings: StoredSettings, noticeId: string): string {
  const at = settings.fromAddress.lastIndexOf('@');
  const [local, domain] = [settings.fromAddress.slice(0, at), settings.fromAddress.slice(at + 1)];
  const addressing = settings.bounceAddressing ?? 'tagged';
  const tagged = `${addressing === 'bounce' ? 'bounce' : local}+${tagOf(platform, noticeId)}`;
  // A long from address leaves no room for the tag; then reports cannot be read, but mail still goes out.
  return addressing === 'plain' || tagged.length > localPartMax ? settings.fromAddress : `${tagged}@${domain}`;
}

/** The letter that an address of ours names, or undefined where it is none of ours or its signature is wrong. */
export function noticeOfAddress(platform: Platform, address: string): string | undefined {
  // Mail systems on the way may change the case.
  const found = /^[^@\s]{1,64}\+([0-9a-f]{32})\.([0-9a-z]{13})@/.exec(address.toLowerCase().slice(0, 400));
  if (!found) return undefined;
  const noticeId = found[1]!.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const expected = signatureOf(platform, noticeId);
  return timingSafeEqual(Buffer.from(found[2]!), Buffer.from(expected)) ? noticeId : undefined;
}

export const looksLikeBounceAddress = (address: string): boolean =>
  /^[^@\s]{1,40}\+[0-9a-f]{32}\.[0-9a-z]+@/i.test(address);

const tagOf = (platform: Platform, noticeId: string) =>
  `${noticeId.replaceAll('-', '')}.${signatureOf(platform, noticeId)}`;

/** 64 bits of HMAC-SHA-256 in base 36: thirteen characters that any mail system lets through. */
function signatureOf(platform: Platform, noticeId: string): string {
  const mac = createHmac('sha256', platform.vault.derive('bounce address')).update(noticeId).digest();
  return mac.readBigUInt64BE(0).toString(36).padStart(13, '0');
}
