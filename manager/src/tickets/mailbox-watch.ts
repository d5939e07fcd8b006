import type { Desk } from '../customers/index.ts';
import { keepMail, mailBytesMax } from './incoming.ts';
import { setMailboxState } from './mail-store.ts';
import { loadWatched, type Watched } from './mailbox.ts';
import { type ImapClient, makeClient } from './mailbox-client.ts';

/** Of a mail larger than what is taken, so much: head and text; the whole of it stays in the mailbox. */
const cutBytes = 1024 * 1024;
const lookEveryMs = 5000;
const retryMaxMs = 5 * 60_000;
/** Where a server does not tell of new mail by itself, it is asked this often; IDLE is begun anew before servers end it (RFC 2177). */
const idleMs = 10 * 60_000;

/**
 * Watches the desk's mailbox over IMAP (S52): what is not seen is kept and then marked as seen, and IDLE tells of what comes. A mail that was kept
 * and not marked, because a process died between, is known by its key when it is fetched again.
 */
export class MailboxWatch {
  readonly #desk: Desk;
  #client: ImapClient | undefined;
  #version: string | undefined;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  start(): void {
    this.#plan(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#leave();
    await this.#turn.catch(() => undefined);
  }

  #plan(afterMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#turn = this.#look()
        .then(() => lookEveryMs)
        .catch((error: Error) => this.#fail(error))
        .then((nextMs) => this.#plan(nextMs));
    }, afterMs);
  }

  async #look(): Promise<void> {
    const { database } = this.#desk.platform;
    const watched = await database.asProvider((tx) => loadWatched(tx, this.#desk.platform));
    if (this.#version !== watched?.version) this.#leave();
    this.#version = watched?.version;
    if (!watched || this.#client?.usable) return;
    this.#leave();
    await this.#enter(watched);
    this.#failures = 0;
    await database.asProvider((tx) => setMailboxState(tx, { lastError: null }));
  }

  async #enter(watched: Watched): Promise<void> {
    const client = await makeClient(watched, { maxIdleTime: idleMs, socketTimeout: 2 * idleMs });
    this.#client = client;
    client.on('error', (error: Error) => this.#desk.platform.log.debug({ err: error.message }, 'the mailbox was left'));
    await client.connect();
    await client.mailboxOpen(watched.folder);
    await this.#fetch(client);
    client.on('exists', () => {
      this.#turn = this.#turn.then(() => this.#fetch(client)).catch((error: Error) => void this.#fail(error));
    });
    // What came between the fetch and the listener.
    await this.#fetch(client);
  }

  /** Keeps what nobody has seen, one after another. */
  async #fetch(client: ImapClient): Promise<void> {
    if (this.#stopped || !client.usable) return;
    const found = await client.search({ seen: false, deleted: false }, { uid: true });
    for (const uid of found || []) {
      const size = (await client.fetchOne(String(uid), { size: true }, { uid: true })) || undefined;
      if (!size) continue;
      const sizeBytes = size.size ?? 0;
      const isWhole = sizeBytes <= mailBytesMax;
      const mail = await client.fetchOne(
        String(uid),
        { source: isWhole ? true : { start: 0, maxLength: cutBytes } },
        { uid: true },
      );
      if (!mail || mail.source === undefined) continue;
      const raw = Buffer.from(mail.source);
      await keepMail(this.#desk, { via: 'imap', raw, from: undefined, to: [], ...(isWhole ? {} : { sizeBytes }) });
      await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
      const lastMailAt = this.#desk.platform.clock.now();
      await this.#desk.platform.database.asProvider((tx) => setMailboxState(tx, { lastMailAt }));
      if (this.#stopped) return;
    }
  }

  async #fail(error: Error & { responseText?: string }): Promise<number> {
    this.#leave();
    if (this.#stopped) return lookEveryMs;
    // What the server said, never what it was told.
    const lastError = (error.responseText ?? error.message).slice(0, 500);
    this.#desk.platform.log.warn({ err: lastError }, 'the desk’s mailbox cannot be watched; it is tried again');
    await this.#desk.platform.database.asProvider((tx) => setMailboxState(tx, { lastError })).catch(() => undefined);
    this.#failures += 1;
    return Math.min(retryMaxMs, lookEveryMs * 2 ** Math.min(this.#failures, 8));
  }

  #leave(): void {
    this.#client?.close();
    this.#client = undefined;
  }
}
