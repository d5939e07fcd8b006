import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { TextDiff } from '@sakimori/contract/detection';
import { encodePath } from '../../../file-system/path-bytes.ts';
import { holdsPrivateKey, maskLines } from '../../../secret-mask.ts';
import type { Entry } from '../entry.ts';
import { looksSecret } from './secret-paths.ts';
import { TextStore } from './text-store.ts';
import { unifiedDiff } from './unified.ts';

const textBytesMax = 64 * 1024;

type Reading = { readonly lines: readonly string[] } | NonNullable<TextDiff['withheld']>;

/** Keeps the text of files whose rules show differences, and tells what differs when they change. */
export class TextKeeper {
  readonly #store: TextStore;
  readonly #isWanted: (path: string) => boolean;

  /** @param isWanted does a rule ask for the differences of this path? */
  constructor(folder: string, isWanted: (path: string) => boolean) {
    this.#isWanted = isWanted;
    this.#store = new TextStore(folder);
    this.#store.keepOnly((path) => isWanted(path) && !looksSecret(path));
  }

  /** A file as it is now, where nothing is to be told of it. */
  note(entry: Entry): void {
    const { path, sha256 } = entry;
    if (entry.type !== 'file' || sha256 === undefined || !this.#isWanted(path)) return;
    if (!this.#store.has(path, sha256)) this.#keep(entry, this.#read(entry));
  }

  /** Does a rule ask for this text, and is it not kept yet? Of what is no text that stays so. */
  lacks(path: string, sha256: string): boolean {
    return this.#isWanted(path) && !looksSecret(path) && !this.#store.has(path, sha256);
  }

  /** What differs between two states of a file. Undefined where no rule asks, or the content is the same. */
  compare(before: Entry, after: Entry): TextDiff | undefined {
    if (after.type !== 'file' || !this.#isWanted(after.path) || before.sha256 === after.sha256) return undefined;
    const reading = this.#read(after);
    const known = before.sha256 === undefined ? undefined : this.#store.get(before.path, before.sha256);
    this.#keep(after, reading);
    if (reading === undefined) return undefined;
    if (typeof reading === 'string') return { withheld: reading };
    return known ? unifiedDiff(known, reading.lines) : { withheld: 'no_previous' };
  }

  forget(path: string): void {
    if (this.#isWanted(path)) this.#store.forget(path);
  }

  close(): void {
    this.#store.close();
  }

  #keep({ path, sha256 }: Entry, reading: Reading | undefined): void {
    if (reading === undefined || typeof reading === 'string' || sha256 === undefined) this.#store.forget(path);
    else this.#store.put(path, sha256, reading.lines);
  }

  /** @returns undefined where the file is not (any more) what was seen */
  #read({ path, sha256, sizeBytes }: Entry): Reading | undefined {
    if (looksSecret(path)) return 'secret';
    if (sizeBytes > textBytesMax) return 'large';
    const bytes = readUpTo(path, textBytesMax);
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== sha256) return undefined;
    if (bytes.includes(0) || !isUtf8(bytes)) return 'binary';
    const text = bytes.toString('utf8');
    return holdsPrivateKey(text) ? 'secret' : { lines: maskLines(text, this.#store.key) };
  }
}

function readUpTo(path: string, max: number): Buffer | undefined {
  try {
    const fd = openSync(encodePath(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!fstatSync(fd).isFile()) return undefined;
      const bytes = Buffer.allocUnsafe(max + 1);
      let length = 0;
      for (let read = 1; read > 0 && length <= max; length += read)
        read = readSync(fd, bytes, length, max + 1 - length, null);
      return length > max ? undefined : bytes.subarray(0, length);
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
