import { getCACertificates } from 'node:tls';
import type { Watched } from './mailbox.ts';

/** What is used of `imapflow`. It is loaded where a mailbox is watched, and by nobody else. */
export type ImapClient = {
  readonly usable: boolean;
  on(event: 'error', heard: (error: Error) => void): unknown;
  on(event: 'exists', heard: () => void): unknown;
  connect(): Promise<void>;
  close(): void;
  mailboxOpen(path: string): Promise<{ readonly exists?: number } | undefined>;
  search(query: object, options: { uid: true }): Promise<number[] | false | undefined>;
  fetchOne(
    uid: string,
    query: { size?: true; source?: true | { start: number; maxLength: number } },
    options: { uid: true },
  ): Promise<{ readonly size?: number; readonly source?: Buffer } | false | undefined>;
  messageFlagsAdd(uid: string, flags: string[], options: { uid: true }): Promise<boolean>;
};
type ImapLibrary = { readonly ImapFlow: new (options: object) => ImapClient };
const loadLibrary = async (name = 'imapflow'): Promise<ImapLibrary> => (await import(name)) as ImapLibrary;

/** A client of a mailbox, not connected yet. What it writes into no log is what it was told. */
export async function makeClient(
  { host, port, security, user, password, trustedCertificate }: Omit<Watched, 'version' | 'folder'>,
  times: { readonly maxIdleTime?: number; readonly socketTimeout: number },
): Promise<ImapClient> {
  const { ImapFlow } = await loadLibrary();
  return new ImapFlow({
    ...{ host, port, secure: security === 'tls', auth: { user, pass: password }, logger: false },
    ...(security === 'none' ? { doSTARTTLS: false } : security === 'starttls' ? { doSTARTTLS: true } : {}),
    ...(trustedCertificate ? { tls: { ca: [...getCACertificates('default'), trustedCertificate] } } : {}),
    ...{ connectionTimeout: 15_000, greetingTimeout: 15_000, ...times },
    clientInfo: { name: 'Sakimori' },
  });
}

/** Signs in, opens the folder and leaves again. @throws Error with what the server said, never what it was told */
export async function tryMailbox(watched: Watched): Promise<{ folder: string; count: number }> {
  const client = await makeClient(watched, { socketTimeout: 15_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const opened = await client.mailboxOpen(watched.folder);
    return { folder: watched.folder, count: opened?.exists ?? 0 };
  } catch (error) {
    const { responseText, message } = error as Error & { responseText?: string };
    throw new Error((responseText ?? message).slice(0, 500));
  } finally {
    client.close();
  }
}
