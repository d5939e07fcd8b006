import { type Language, phrase } from '@sakimori/contract';
import type { Platform } from '../platform/index.ts';
import { type Outcome, readFailure } from './outcome.ts';
import { loadSending } from './settings.ts';
import { sendTimeoutMs, singleTransport } from './transport.ts';
import { catcherPlace } from './wiring.ts';

/** Sends a mail that says that mail arrives. */
export const sendTest = (platform: Platform, language: Language, to: string): Promise<Outcome> =>
  sendAtOnce(platform, to, {
    subject: phrase(language, 'mail.test.subject', { product: phrase(language, 'product.name') }),
    text: phrase(language, 'mail.test.text'),
  });

/**
 * Sends a mail through the stored settings at once, over a connection of its own, and gives what the server answered: for what is of no account. All
 * else goes through the outbox.
 */
export async function sendAtOnce(
  platform: Platform,
  to: string,
  { subject, text }: { readonly subject: string; readonly text: string },
): Promise<Outcome> {
  const sending = await platform.database.asProvider((tx) => loadSending(tx, platform));
  const transport = singleTransport(sending, catcherPlace(platform));
  const { fromName, fromAddress, signature } = sending.settings;
  try {
    const { response = '' } = await transport.sendMail({
      from: { name: fromName, address: fromAddress },
      to: { name: '', address: to },
      subject,
      text: `${text}\n\n-- \n${[fromName, signature].filter(Boolean).join('\n')}\n`,
      date: platform.clock.now(),
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: AbortSignal.timeout(sendTimeoutMs),
    });
    return { kind: 'sent', response: response.slice(0, 1000) };
  } catch (error) {
    return readFailure(error);
  } finally {
    transport.close();
  }
}
