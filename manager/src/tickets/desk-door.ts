import { once } from 'node:events';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Desk } from '../customers/index.ts';
import { loadSending, looksLikeBounceAddress } from '../notices/index.ts';
import type { Platform } from '../platform/index.ts';
import { keepMail, mailBytesMax } from './incoming.ts';

export type DeskDoor = { readonly host: string; readonly port: number; stop(): Promise<void> };

const fault = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/**
 * Where the provider's own mail server hands over the mail of the desk, by SMTP or LMTP (S52). It takes mail for the desk's address and its tags and
 * relays nothing; a mail is accepted once it is kept. Whether senders are who they say is for the server in front to find out.
 */
export async function startDeskDoor(desk: Desk): Promise<DeskDoor | undefined> {
  const { platform } = desk;
  const { SAKIMORI_DESK_HOST: host, SAKIMORI_DESK_PORT: wanted, SAKIMORI_DESK_PROTOCOL: protocol } = platform.config;
  if (wanted === undefined) return undefined;
  const server = new SMTPServer({
    name: 'sakimori.desk',
    banner: 'Sakimori desk',
    lmtp: protocol === 'lmtp',
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    disableReverseLookup: true,
    size: mailBytesMax,
    maxClients: 20,
    socketTimeout: 60_000,
    closeTimeout: 1000,
    onRcptTo({ address }, session, done) {
      if (session.envelope.rcptTo.length >= 100)
        return done(fault(452, '4.5.3 Too many recipients. Send the rest again.'));
      isOurs(platform, address).then(
        (ours) => done(ours ? null : fault(550, '5.1.1 No such address at this desk.')),
        () => done(fault(451, '4.3.0 The desk cannot take mail right now. Send it again later.')),
      );
    },
    onData(stream, session, done) {
      const answer = (error?: Error) =>
        // By LMTP each recipient is answered.
        protocol === 'lmtp'
          ? (done as (error: null, answers: (Error | string)[]) => void)(
              null,
              session.envelope.rcptTo.map(() => error ?? 'OK: kept'),
            )
          : done(error ?? null);
      take(desk, stream, session, protocol).then(
        () => answer(),
        (error: Error & { responseCode?: number }) =>
          answer(Object.assign(error, { responseCode: error.responseCode ?? 451 })),
      );
    },
  });
  server.on('error', (error: Error) =>
    platform.log.debug({ err: error.message }, 'a conversation at the desk’s door broke'),
  );
  const listening = server.listen(wanted, host);
  await Promise.race([
    once(listening, 'listening'),
    once(listening, 'error').then(([error]) => {
      throw error;
    }),
  ]);
  const { port } = listening.address() as { port: number };
  return { host, port, stop: () => new Promise((resolve) => server.close(resolve)) };
}

/** The desk's address with any tag, and the addresses to which delivery reports come; every address as long as none is set. */
async function isOurs(platform: Platform, address: string): Promise<boolean> {
  if (looksLikeBounceAddress(address)) return true;
  const { settings } = await platform.database.asProvider((tx) => loadSending(tx, platform));
  if (!settings.deskAddress) return true;
  const bare = address.toLowerCase().replace(/\+[^@]*@/, '@');
  return bare === settings.deskAddress.toLowerCase().replace(/\+[^@]*@/, '@');
}

async function take(
  desk: Desk,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  via: 'smtp' | 'lmtp',
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded)
    throw fault(552, '5.3.4 The mail is larger than 50 MB. Send it without the attachment, or call the desk.');
  const { mailFrom, rcptTo } = session.envelope;
  const to = rcptTo.map(({ address }) => address);
  await keepMail(desk, { via, raw: Buffer.concat(chunks), from: mailFrom ? mailFrom.address : '', to }).catch(
    (error: Error) => {
      desk.platform.log.warn({ err: error.message }, 'a mail to the desk could not be kept');
      throw fault(451, '4.3.0 The mail cannot be kept right now. Send it again later.');
    },
  );
}
