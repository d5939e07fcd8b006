import { type Actor, DeskMailbox, type DeskMailboxInput, type DeskMailboxState, Refusal } from '@sakimori/contract';
import type { z } from 'zod';
import { note } from '../audit/index.ts';
import { announce, type Platform, sha256, type Tx } from '../platform/index.ts';
import { countParked, type MailboxRow, selectMailbox, upsertMailbox } from './mail-store.ts';
import { tryMailbox } from './mailbox-client.ts';

const Stored = DeskMailbox.omit({ passwordSet: true });
type Settings = z.infer<typeof Stored>;
const sealPurpose = 'desk mailbox';
const usualPorts = { none: 143, starttls: 143, tls: 993 } as const;

/** The mailbox that is watched, with its password opened. */
export type Watched = {
  readonly host: string;
  readonly port: number;
  readonly security: 'none' | 'starttls' | 'tls';
  readonly user: string;
  readonly password: string;
  readonly folder: string;
  readonly trustedCertificate: string | undefined;
  /** Another one means that it was set anew. */
  readonly version: string;
};

const settingsOf = (row: MailboxRow | undefined): Settings => (row ? Stored.parse(row.settings) : {});

/** By which name the provider's own relay signs what it found of senders. The transaction must be the provider's. */
export const relayNameOf = async (tx: Tx): Promise<string | undefined> => settingsOf(await selectMailbox(tx)).relayName;

/** The transaction must be the provider's. */
export async function loadWatched(tx: Tx, { vault }: Platform): Promise<Watched | undefined> {
  const row = await selectMailbox(tx);
  const { host, port, security = 'tls', user, folder, trustedCertificate } = settingsOf(row);
  if (!row || !host || !user) return undefined;
  return {
    ...{ host, port: port ?? usualPorts[security], security, user, folder: folder ?? 'INBOX', trustedCertificate },
    password: row.sealed_password ? vault.open(sealPurpose, row.sealed_password) : '',
    version: sha256(JSON.stringify([row.settings, row.sealed_password])),
  };
}

export const getMailbox = ({ database }: Platform): Promise<DeskMailboxState> =>
  database.asProvider(async (tx) => {
    const row = await selectMailbox(tx);
    const settings = settingsOf(row);
    return {
      ...{ ...settings, passwordSet: (row?.sealed_password ?? null) !== null },
      state: !settings.host ? 'off' : row?.last_error ? 'failing' : 'watching',
      ...(row?.last_error ? { lastError: row.last_error } : {}),
      ...(row?.last_mail_at ? { lastMailAt: row.last_mail_at.toISOString() } : {}),
      parked: await countParked(tx),
    };
  });

/** What was given, without what is empty. @throws Refusal `malformed` */
function checked(given: object): Settings {
  const refuse = (field: string, why: string): never => {
    throw new Refusal('malformed', { detail: `body.${field}: ${why}` });
  };
  const settings = Stored.parse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== '')),
  );
  if (settings.host && !/^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$/.test(settings.host))
    refuse('host', 'a host name or address is needed, without port or scheme');
  if (settings.host && !settings.user) refuse('user', 'the mailbox needs a user');
  for (const field of ['user', 'folder', 'relayName'] as const)
    if (/\p{Cc}/u.test(settings[field] ?? '')) refuse(field, 'line breaks and control characters are not allowed');
  return settings;
}

/** A password that is left out stays; an empty one is removed. @throws Refusal `malformed` */
export async function setMailbox(
  platform: Platform,
  actor: Actor,
  { password, ...given }: z.infer<typeof DeskMailboxInput>,
): Promise<DeskMailboxState> {
  const settings = checked(given);
  await platform.database.asProvider(async (tx) => {
    const before = await selectMailbox(tx);
    let sealed = before?.sealed_password ?? null;
    if (password !== undefined) sealed = password === '' ? null : platform.vault.seal(sealPurpose, password);
    await upsertMailbox(tx, settings, sealed, platform.clock.now());
    const { trustedCertificate, ...facts } = settings;
    await note(tx, platform.clock, {
      ...{ actor, action: 'ticket.mailboxSet', target: 'mail:desk' },
      facts: { ...facts, certificateTrusted: Boolean(trustedCertificate), passwordChanged: password !== undefined },
    });
    await announce(tx, { topic: 'mail' });
  });
  return getMailbox(platform);
}

/**
 * Signs in to a mailbox as given, and stores nothing. The stored password goes only to the server and user it was stored for: whoever may ask must not be
 * able to have it sent elsewhere. @throws Refusal `malformed`, `mail_refused`
 */
export async function testMailbox(
  platform: Platform,
  { password, ...given }: z.infer<typeof DeskMailboxInput>,
): Promise<{ folder: string; count: number }> {
  const settings = checked(given);
  const { host, user, security = 'tls' } = settings;
  if (!host || !user) throw new Refusal('malformed', { detail: 'body.host: a server and a user are needed' });
  const stored = await platform.database.asProvider((tx) => loadWatched(tx, platform));
  const port = settings.port ?? usualPorts[security];
  const isSame = stored?.host === host && stored.port === port && stored.user === user && stored.security === security;
  const watched: Watched = {
    ...{ host, user, security, port, folder: settings.folder ?? 'INBOX' },
    ...{ password: password ?? (isSame ? stored.password : ''), trustedCertificate: settings.trustedCertificate },
    version: '',
  };
  try {
    return await tryMailbox(watched);
  } catch (error) {
    throw new Refusal('mail_refused', { detail: (error as Error).message }, { cause: error });
  }
}
