import { getCACertificates } from 'node:tls';
import { createTransport, type SMTPPoolOptions, type Transporter } from 'nodemailer';
import { sha256 } from '../platform/index.ts';
import type { SendingSettings } from './settings.ts';
import type { CatcherPlace } from './wiring.ts';

/** A server that says nothing for this long will not say anything. */
export const sendTimeoutMs = 30_000;
const connectionsMax = 5;

/** Keeps connections to the SMTP server open between mails, so that bursts are quick, and makes new ones when the settings change. */
export class Transports {
  #open: { readonly key: string; readonly transport: Transporter } | undefined;

  for(sending: SendingSettings, catcher: CatcherPlace): Transporter {
    const key = sha256(JSON.stringify([sending, catcher]));
    if (this.#open?.key === key) return this.#open.transport;
    this.close();
    const transport = createTransport({
      ...transportOptions(sending, catcher),
      pool: true,
      maxConnections: connectionsMax,
      maxRequeues: 1,
    });
    this.#open = { key, transport };
    return transport;
  }

  /** Lets mails that are under way finish. */
  close(): void {
    this.#open?.transport.close();
    this.#open = undefined;
  }
}

/** One connection for one mail, for the test of the settings. */
export const singleTransport = (sending: SendingSettings, catcher: CatcherPlace): Transporter =>
  createTransport(transportOptions(sending, catcher));

function transportOptions({ settings, password }: SendingSettings, catcher: CatcherPlace): SMTPPoolOptions {
  const limits = {
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    dnsTimeout: 10_000,
    socketTimeout: sendTimeoutMs,
    idleTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  if (settings.transport === 'catcher') return { ...limits, ...catcher, secure: false, ignoreTLS: true };
  const security = settings.security ?? 'starttls';
  return {
    ...limits,
    host: settings.host,
    port: settings.port,
    secure: security === 'tls',
    // Asked for STARTTLS, a server that does not offer it is refused: nobody in between can take the encryption away.
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(settings.user ? { auth: { user: settings.user, pass: password ?? '' } } : {}),
    ...(settings.trustedCertificate
      ? { tls: { ca: [...getCACertificates('default'), settings.trustedCertificate] } }
      : {}),
  };
}
