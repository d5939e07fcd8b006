import type { Platform, Tx } from '../platform/index.ts';

/** A letter that will not arrive, told to the rooms that care, in the transaction that records it. */
export type Undelivered = {
  readonly accountId: string;
  readonly noticeId: string;
  readonly alertId: string | undefined;
  readonly recipient: string;
  readonly reason: string;
};
export type OnUndelivered = (tx: Tx, undelivered: Undelivered) => Promise<void>;
/** Work about new recipients: who is asked after, and that it is settled. */
export type RecipientWork = {
  readonly raise: (tx: Tx, row: AskedRecipient, kind: 'recipientWaiting' | 'recipientRefused') => Promise<void>;
  readonly settle: (tx: Tx, row: AskedRecipient) => Promise<void>;
};
export type AskedRecipient = {
  readonly tenant_id: string;
  readonly change_id: string;
  readonly contact_id: string;
  readonly name: string;
  readonly mail: string;
};
export type CatcherPlace = { readonly host: string; readonly port: number };

/**
 * What the room is told at its making and needs inside other rooms' transactions: where the console is, where the catcher listens
 * (known once its door is open), and whom a lost letter concerns. Held per platform, so that several managers can live in one process.
 */
type Wiring = {
  publicUrl?: () => string;
  catcher?: CatcherPlace;
  onUndelivered?: OnUndelivered;
  recipients?: RecipientWork;
};
const wirings = new WeakMap<Platform['database'], Wiring>();

export function wire(platform: Platform, parts: Wiring): void {
  wirings.set(platform.database, { ...wirings.get(platform.database), ...parts });
}
export const wiringOf = (platform: Platform): Wiring => wirings.get(platform.database) ?? {};

/** Address of the console as mails show it, without a slash at the end. */
export function publicUrl(platform: Platform): string {
  const { SAKIMORI_URL, SAKIMORI_HOST, SAKIMORI_PORT } = platform.config;
  const url = wiringOf(platform).publicUrl?.() ?? SAKIMORI_URL ?? `http://${SAKIMORI_HOST}:${SAKIMORI_PORT}`;
  return url.replace(/\/+$/, '');
}

/** The catcher of this process, or the one that another process of this machine holds on the configured port. */
export const catcherPlace = (platform: Platform): CatcherPlace =>
  wiringOf(platform).catcher ?? { host: '127.0.0.1', port: platform.config.SAKIMORI_SMTP_PORT };

export const onUndelivered = (platform: Platform): OnUndelivered =>
  wiringOf(platform).onUndelivered ?? (async () => undefined);
