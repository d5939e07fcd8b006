import { isIPv6 } from 'node:net';
import { Refusal } from '@sakimori/contract';
import { type Platform, sha256 } from '../platform/index.ts';
import { countAttempt } from './store.ts';

/** Tries at a credential are counted before they are judged, in windows that begin with their first try. */
const windowMs = 15 * 60_000;

type Limit = { readonly bucket: string; readonly max: number };

/** One person's password and codes, wherever the tries come from. Hashed: people type their password into the wrong field. */
export const limitOfMail = (mail: string): Limit => ({ bucket: `mail:${sha256(mail.toLowerCase())}`, max: 10 });
/** One address, whoever it tries to be: slows down one password tried on many people. */
export const limitOfAddress = (address: string): Limit => ({ bucket: `address:${networkOf(address)}`, max: 60 });

/** @throws Refusal `too_many_requests` with the seconds until the window ends */
export async function takeAttempt(platform: Platform, ...limits: readonly Limit[]): Promise<void> {
  const now = platform.clock.now();
  const waits = await platform.database.asProvider(async (tx) => {
    const found: number[] = [];
    for (const { bucket, max } of limits) {
      const { count, started_at } = await countAttempt(tx, bucket, now, new Date(now.getTime() - windowMs));
      if (count > max) found.push(started_at.getTime() + windowMs - now.getTime());
    }
    return found;
  });
  if (waits.length > 0)
    throw new Refusal('too_many_requests', { retrySeconds: Math.max(1, Math.ceil(Math.max(...waits) / 1000)) });
}

/** An IPv6 customer has a whole /64 to try from, so that is what counts; IPv4 written as IPv6 counts as itself. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
