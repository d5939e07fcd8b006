import type { Baseline } from './baseline.ts';
import type { RuleSet } from './rules.ts';
import { BlockWriter } from './scan/block-writer.ts';
import { fromPath } from './scan/byte-string.ts';
import { ContentReader } from './scan/content-reader.ts';
import {
  contentOf,
  hashBytes,
  recordHeadBytes,
  sameRecord,
  typeIndexOf,
  types,
  withContent,
} from './scan/file-record.ts';
import { BlockCursor } from './scan/folder-block.ts';
import { RecordBuilder, unread } from './scan/record-builder.ts';
import { Youth } from './scan/youth.ts';

export type Sifted = {
  /** Names that differ from the baseline in anything, or of which it is not sure that they do not. */
  readonly suspects: readonly string[];
  /** Of the others the folders that lead on. */
  readonly folders: readonly string[];
};

type SieveParts = {
  readonly baseline: Baseline;
  readonly rules: RuleSet;
  readonly hashBytesMax: number;
  readonly nowMs: () => number;
  /** Must the content be read although it is known? */
  readonly wantsText?: ((path: string, sha256: string) => boolean) | undefined;
};

const folderType = types.indexOf('directory');

/**
 * Finds, of all paths that a scan passes, those that need a look: with the very code of a scan on the command line (`scan/record-builder.ts`) and by
 * the same rule, it makes the record of each and compares it with the baseline's. A content counts as known when inode, size, times of
 * modification and change (ctime) and of birth are what they were, and the file was not young when it was read. No file is opened here.
 */
export class Sieve {
  readonly #baseline: Baseline;
  readonly #rules: RuleSet;
  readonly #wantsText: SieveParts['wantsText'];
  readonly #blocks = new BlockWriter();
  readonly #builder: RecordBuilder;
  readonly #known = new BlockCursor();

  constructor({ baseline, rules, hashBytesMax, nowMs, wantsText }: SieveParts) {
    this.#wantsText = wantsText;
    this.#baseline = baseline;
    this.#rules = rules;
    const reader = new ContentReader(undefined, () => {});
    const youth = new Youth(nowMs);
    this.#builder = new RecordBuilder({
      ...{ blocks: this.#blocks, reader, youth, hashBytesMax, trusts: true, reads: false },
    });
  }

  /**
   * @param folder as in `path-bytes.ts`, watched with what is in it
   * @param skips is it on a mount that is left out? Then nobody looks.
   */
  sift(folder: string, names: readonly string[], skips: (path: string) => boolean): Sifted {
    const suspects: string[] = [];
    const folders: string[] = [];
    const base = folder === '/' ? '' : folder;
    this.#builder.beginFolder(fromPath(base));
    for (const name of names) {
      const path = `${base}/${name}`;
      const found = skips(path) ? 'suspect' : this.#look(path, name);
      if (found === 'suspect') suspects.push(name);
      else if (found === folderType && this.#rules.leadsOn(path)) folders.push(path);
    }
    return { suspects, folders };
  }

  /** @returns its type (index) where it is what it was */
  #look(path: string, name: string): number | 'suspect' {
    if (this.#rules.relate(path) !== 'inside') return 'suspect';
    const known = this.#baseline.known(path);
    if (!known?.seen || (known.sha256 !== undefined && this.#wantsText?.(path, known.sha256))) return 'suspect';
    const bytes = fromPath(name);
    this.#known.beginRecord(recordOf({ ...known, seen: known.seen }, bytes));
    const length = this.#builder.build(bytes, false, this.#rules.needsContent(path), this.#known);
    if (length === unread || length === 0 || this.#builder.isDenied) return 'suspect';
    const { buffer, at } = this.#blocks;
    return sameRecord(buffer, at, length, this.#known.bytes) ? typeIndexOf(buffer[at]!) : 'suspect';
  }
}

/** The record that the row of a baseline stands for. */
function recordOf(
  known: { readonly seen: Uint8Array; readonly sha256: string | undefined; readonly linkTarget: string | undefined },
  name: string,
): Buffer {
  const target = known.linkTarget === undefined ? '' : fromPath(known.linkTarget);
  const isHashed = contentOf(known.seen[0]!) === 'hashed' && known.sha256 !== undefined;
  const record = Buffer.alloc(recordHeadBytes + name.length + (isHashed ? hashBytes : 0) + target.length);
  record.set(known.seen);
  if (!isHashed && contentOf(record[0]!) === 'hashed') record[0] = withContent(record[0]!, 'none');
  record.writeUInt16LE(name.length, 2);
  record.writeUInt16LE(target.length, 6);
  record.write(name, recordHeadBytes, 'latin1');
  if (isHashed) record.write(known.sha256!, recordHeadBytes + name.length, 'hex');
  record.write(target, record.length - target.length, 'latin1');
  return record;
}
