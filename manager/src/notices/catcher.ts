import { once } from 'node:events';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Platform } from '../platform/index.ts';
import { looksLikeBounceAddress } from './bounce-address.ts';
import { takeDeliveryReport } from './bounces.ts';
import { keepCaught } from './caught.ts';
import { wire } from './wiring.ts';

const host = '127.0.0.1';
/** Bytes of one mail that the catcher takes. */
export const catcherBytesMax = 20 * 1024 * 1024;

export type Catcher = { readonly host: string; readonly port: number; stop(): Promise<void> };

/**
 * The built-in SMTP server: takes any mail on the loopback address and keeps it for looking at, so that an install works before anybody has
 * named a mail server. Mail to one of our bounce addresses is also read as a delivery report.
 */
export async function startCatcher(platform: Platform): Promise<Catcher> {
  const server = new SMTPServer({
    name: 'sakimori.localhost',
    banner: 'Sakimori mail catcher',
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    disableReverseLookup: true,
    size: catcherBytesMax,
    maxClients: 50,
    socketTimeout: 60_000,
    closeTimeout: 1000,
    onData(stream, session, done) {
      take(platform, stream, session).then(
        () => done(),
        (error: Error) =>
          done(Object.assign(error, { responseCode: (error as { responseCode?: number }).responseCode ?? 451 })),
      );
    },
  });
  server.on('error', (error: Error) =>
    platform.log.debug({ err: error.message }, 'a conversation with the mail catcher broke'),
  );
  const listening = server.listen(platform.config.SAKIMORI_SMTP_PORT, host);
  await Promise.race([
    once(listening, 'listening'),
    once(listening, 'error').then(([error]) => {
      throw error;
    }),
  ]);
  const { port } = listening.address() as { port: number };
  wire(platform, { catcher: { host, port } });
  return { host, port, stop: () => new Promise((resolve) => server.close(resolve)) };
}

async function take(platform: Platform, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded) throw Object.assign(new Error('The mail is too large.'), { responseCode: 552 });
  const raw = Buffer.concat(chunks);
  const { mailFrom, rcptTo } = session.envelope;
  const recipients = rcptTo.map(({ address }) => address);
  await keepCaught(platform, mailFrom ? mailFrom.address : '', recipients, raw).catch((error: Error) => {
    platform.log.warn({ err: error.message }, 'the mail catcher could not keep a mail');
    throw new Error('The mail cannot be kept right now. Send it again later.');
  });
  const bounces = recipients.filter(looksLikeBounceAddress);
  if (bounces.length > 0) await takeDeliveryReport(platform, raw, bounces);
}
