import type { NodemailerError } from 'nodemailer';
import { showLine } from './plain.ts';

/**
 * What became of one attempt. `retry`: it may work later. `bounced`: the address was refused for good, so the contact is at fault.
 * `refused`: this letter was refused for good, whoever it is for.
 */
export type Outcome =
  | { readonly kind: 'sent'; readonly response: string }
  | { readonly kind: 'bounced' | 'refused'; readonly reason: string }
  /** `isOutage`: no server said anything. */
  | { readonly kind: 'retry'; readonly reason: string; readonly isOutage?: boolean };

const reasonMax = 1000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Waits between attempts; the last one repeats. */
const backOffMs = [30_000, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs, hourMs, 2 * hourMs, 4 * hourMs] as const;
/** After this long a letter is given up. */
export const giveUpAfterMs = 72 * hourMs;

/** A server that is out of reach is asked more often than one that says no: nobody is bothered by it. */
const outageWaitMaxMs = 10 * minuteMs;

/** When to try again after `attempts` failed ones, or undefined where the letter is to be given up. */
export function nextAttempt(attempts: number, createdAt: Date, now: Date, isOutage = false): Date | undefined {
  const step = backOffMs[Math.min(Math.max(attempts, 1), backOffMs.length) - 1]!;
  const wait = isOutage ? Math.min(step, outageWaitMaxMs) : step;
  const at = now.getTime() + wait;
  return at > createdAt.getTime() + giveUpAfterMs ? undefined : new Date(at);
}

/**
 * Reads what the server said (RFC 5321 §4.2, RFC 3463). A refusal for good counts against the letter or the address only where it was
 * about them: a refused sign-in, sender or relay is the operator's to mend, and the letters wait for that.
 */
export function readFailure(error: unknown): Outcome {
  const { command = '', responseCode = 0, response = '', code } = error as NodemailerError;
  const reason = reasonOf(error as Error, response);
  // Whichever step of the conversation it was said at, trying again makes the letter no smaller.
  if (isTooLarge(reason, responseCode)) return { kind: 'refused', reason };
  if (code === 'EENVELOPE' && command === 'API') return { kind: 'bounced', reason };
  if (responseCode === 0) return { kind: 'retry', reason, isOutage: true };
  if (responseCode < 500 || responseCode > 599) return { kind: 'retry', reason };
  if (command === 'RCPT TO') return { kind: refusesRecipient(responseCode, response) ? 'bounced' : 'retry', reason };
  if (command === 'DATA') return { kind: isAddressStatus(response) ? 'bounced' : 'refused', reason };
  return { kind: 'retry', reason };
}

/**
 * Whether a refusal was about the size of the letter: 5.3.4 (too big for the system) and 5.2.3 (for the mailbox, RFC 3463), 552 (RFC 1870) and 523 without
 * them. A mailbox that is full (5.2.2) answers 552 too; it is told apart by its status or words.
 */
export function isTooLarge(text: string, responseCode = Number(/^\s*([45]\d\d)\b/.exec(text)?.[1] ?? 0)): boolean {
  const status = /\b5\.\d{1,3}\.\d{1,3}\b/.exec(text)?.[0];
  if (status === '5.3.4' || status === '5.2.3') return true;
  if (/message size larger than allowed/i.test(text)) return true;
  if (responseCode === 523) return true;
  return responseCode === 552 && status === undefined && !/quota|full|storage|mailbox/i.test(text);
}

/** Enhanced status codes that say: this mailbox does not exist or takes no mail. Not a full one (5.2.2), not a bad sender (5.1.7, 5.1.8). */
export const isAddressStatus = (text: string): boolean => /\b5\.(?:1\.(?:[0-46]|10)|2\.[01])(?![\d.]*\d)/.test(text);

function refusesRecipient(responseCode: number, response: string): boolean {
  if (isAddressStatus(response)) return true;
  const hasStatus = /\b5\.\d{1,3}\.\d{1,3}\b/.test(response);
  return !hasStatus && [550, 551, 553].includes(responseCode) && !/relay|authenticat/i.test(response);
}

function reasonOf(error: Error, response: string): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'The server did not finish in time.';
  return showLine(response || error.message || error.name, reasonMax);
}
