import { X509Certificate } from 'node:crypto';
import {
  type Actor,
  type MailSettings,
  type MailSettingsInput,
  MailSettings as MailSettingsShape,
  Refusal,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, type Platform, sql, type Tx } from '../platform/index.ts';

/** The stored part: everything but the password, which lies sealed beside it. */
const Stored = MailSettingsShape.omit({ passwordSet: true });
export type StoredSettings = Omit<MailSettings, 'passwordSet'>;
export type SendingSettings = { readonly settings: StoredSettings; readonly password: string | undefined };

/** An install that nobody has configured: the built-in catcher takes every mail. */
const unconfigured: StoredSettings = {
  transport: 'catcher',
  fromName: 'Sakimori',
  fromAddress: 'no-reply@sakimori.example',
};
const sealPurpose = 'mail password';
const usualPorts = { none: 25, starttls: 587, tls: 465 } as const;

type Row = { settings: unknown; sealed_password: string | null };
const selectRow = (tx: Tx, lock: boolean) =>
  tx.first(
    sql<Row>`select settings, sealed_password from notices_settings where id = 1 ${lock ? sql`for update` : sql``}`,
  );

/** The settings with the opened password, for sending. The transaction must be the provider's. */
export async function loadSending(tx: Tx, platform: Platform): Promise<SendingSettings> {
  const row = await selectRow(tx, false);
  if (!row) return { settings: unconfigured, password: undefined };
  const password = row.sealed_password ? platform.vault.open(sealPurpose, row.sealed_password) : undefined;
  return { settings: Stored.parse(row.settings), password };
}

/** The settings as people may read them. */
export async function readSettings(platform: Platform): Promise<MailSettings> {
  const row = await platform.database.asProvider((tx) => selectRow(tx, false));
  if (!row) return { ...unconfigured, passwordSet: false };
  return { ...Stored.parse(row.settings), passwordSet: row.sealed_password !== null };
}

/** @throws Refusal `malformed` where a field is missing or cannot be what it should be */
export async function saveSettings(platform: Platform, actor: Actor, input: MailSettingsInput): Promise<MailSettings> {
  const { password, ...given } = input;
  checkSettings(given);
  return platform.database.asProvider(async (tx) => {
    const before = await selectRow(tx, true);
    const settings = complete(before ? Stored.parse(before.settings) : unconfigured, given);
    let sealed = before?.sealed_password ?? null;
    if (password !== undefined) sealed = password === '' ? null : platform.vault.seal(sealPurpose, password);
    const now = platform.clock.now();
    await tx.run(sql`
      insert into notices_settings (id, settings, sealed_password, updated_at) values (1, ${JSON.stringify(settings)}::jsonb, ${sealed}, ${now})
      on conflict (id) do update set settings = excluded.settings, sealed_password = excluded.sealed_password, updated_at = excluded.updated_at`);
    const { trustedCertificate, ...facts } = settings;
    await note(tx, platform.clock, {
      actor,
      action: 'mail.configured',
      target: 'mail:settings',
      facts: { ...facts, certificateTrusted: Boolean(trustedCertificate), passwordChanged: password !== undefined },
    });
    await announce(tx, { topic: 'mail' });
    return { ...settings, passwordSet: sealed !== null };
  });
}

const keptWhenLeftOut = ['bounceAddressing', 'trustedCertificate', 'signature', 'deskAddress'] as const;

function complete(before: StoredSettings, given: StoredSettings): StoredSettings {
  const kept = Object.fromEntries(
    keptWhenLeftOut.flatMap((name) => (given[name] === undefined && before[name] ? [[name, before[name]]] : [])),
  );
  const usual =
    given.transport === 'smtp'
      ? { security: given.security ?? 'starttls', port: given.port ?? usualPorts[given.security ?? 'starttls'] }
      : {};
  const settings = { ...given, ...usual, ...kept };
  return Stored.parse(
    Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== '')),
  );
}

function checkSettings(given: StoredSettings): void {
  const refuse = (field: string, why: string): never => {
    throw new Refusal('malformed', { detail: `body.${field}: ${why}` });
  };
  if (given.transport === 'smtp' && !given.host) refuse('host', 'the SMTP server is needed');
  if (given.host && !/^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$/.test(given.host))
    refuse('host', 'a host name or address is needed, without port or scheme');
  for (const field of ['fromName', 'user'] as const)
    if (/\p{Cc}/u.test(given[field] ?? '')) refuse(field, 'line breaks and control characters are not allowed');
  if (!/^[\x21-\x7e]+$/.test(given.fromAddress)) refuse('fromAddress', 'only ASCII is allowed');
  if (given.deskAddress && !/^[\x21-\x7e]+$/.test(given.deskAddress)) refuse('deskAddress', 'only ASCII is allowed');
  if (given.trustedCertificate && !isCertificate(given.trustedCertificate))
    refuse('trustedCertificate', 'not a certificate in PEM');
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
