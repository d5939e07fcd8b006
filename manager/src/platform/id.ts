import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from './clock.ts';

let lastMs = -1;
let counter = 0;

/**
 * UUID version 7 (RFC 9562): ordered by the clock that is given, and by the order of making within one millisecond of one process (§6.2,
 * method 1: a 26-bit counter that starts at random). What is listed by time and id comes in the order in which it happened.
 */
export function newId(clock: Clock): string {
  const ms = clock.now().getTime();
  counter = ms === lastMs ? counter + 1 : randomInt(0x1000000);
  lastMs = ms;
  const bytes = randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | ((counter >> 14) & 0x0fff), 6);
  bytes.writeUInt16BE(0x8000 | (counter & 0x3fff), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
