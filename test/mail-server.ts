import 'reflect-metadata';
import { once } from 'node:events';
import * as x509 from '@peculiar/x509';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

export type TakenMail = {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly raw: string;
};
/** What the operator's mail server does at each step of a conversation; an answer `[code, text]` refuses. */
export type Behaviour = {
  readonly options?: SMTPServerOptions;
  readonly connect?: (session: SMTPServerSession) => void;
  readonly sender?: (address: string) => Answer;
  readonly recipient?: (address: string) => Answer;
  readonly content?: (mail: TakenMail) => Answer | Promise<Answer>;
};
export type Answer = readonly [code: number, text: string] | undefined;

export type MailServer = {
  readonly port: number;
  /** Mails that were accepted, in order. */
  readonly mails: readonly TakenMail[];
  /** Conversations that began. */
  readonly conversations: () => number;
  stop(): Promise<void>;
};

const refusal = (answer: Answer) =>
  answer ? Object.assign(new Error(answer[1]), { responseCode: answer[0] }) : undefined;

/** A real SMTP server that stands for the one of an operator. */
export async function startMailServer(behaviour: Behaviour = {}): Promise<MailServer> {
  const mails: TakenMail[] = [];
  let conversations = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 200,
    ...behaviour.options,
    onConnect(session, done) {
      conversations += 1;
      behaviour.connect?.(session);
      done();
    },
    onMailFrom: ({ address }, _session, done) => done(refusal(behaviour.sender?.(address))),
    onRcptTo: ({ address }, _session, done) => done(refusal(behaviour.recipient?.(address))),
    async onData(stream, session, done) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
      const { mailFrom, rcptTo } = session.envelope;
      const mail = {
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => address),
        secure: session.secure,
        raw: Buffer.concat(chunks).toString('latin1'),
      };
      const refused = refusal(await behaviour.content?.(mail));
      if (!refused) mails.push(mail);
      done(refused, refused ? undefined : 'taken');
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    port: (listening.address() as { port: number }).port,
    mails,
    conversations: () => conversations,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A certificate for `localhost` that nobody has signed but itself. */
export async function selfSigned(): Promise<{ readonly pem: string; readonly key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { pem: certificate.toString('pem'), key };
}
