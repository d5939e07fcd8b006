import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { LineSplitter } from './lines.ts';
import { emptyHead, type Head, hasHead, isFullHead, type Position, readHead } from './position.ts';

export const fileKeyOf = (stat: Pick<Stats, 'dev' | 'ino'>) => `${stat.dev}:${stat.ino}`;

/** Read at once; small, so that the agent stays answerable. */
const chunkBytes = 64 * 1024;
const chunk = Buffer.alloc(chunkBytes);

/** Where to begin in a file. */
export type Start =
  | { readonly at: 'beginning' | 'end' }
  | { readonly at: 'position'; readonly position: Pick<Position, 'offset' | 'skipping'> };

/** One open log. Keeps the file open under whatever name, so that a rename loses nothing and the inode is not given to another. */
export class FollowedFile {
  path: string;
  readonly key: string;
  /** Since when no source names this file any more (it was rotated away), by the monotonic clock. */
  retiringSinceMs: number | undefined;
  /** Still reading what was written before the agent looked: those lines are older than the clock says. */
  isBehind = false;
  /** A copy of a file that is followed itself: not read, until the original was truncated. */
  isCopy = false;
  /** When the file was made, milliseconds; 0 where the file system does not know. */
  readonly bornMs: number;
  readonly #fd: number;
  #splitter = new LineSplitter();
  /** Where reading goes on; the splitter holds what lies between the position and here. */
  #readOffset = 0;
  #head: Head = emptyHead;
  #reportedAt = '';

  /** @throws the error of `open(2)` */
  constructor(path: string, start: Start) {
    this.path = path;
    this.#fd = openSync(path, 'r');
    const stat = fstatSync(this.#fd);
    this.key = fileKeyOf(stat);
    this.bornMs = stat.birthtimeMs;
    if (start.at === 'end') this.#seek(stat.size, !this.#endsLine(stat.size));
    if (start.at === 'position') this.#seek(start.position.offset, start.position.skipping);
    this.#head = readHead(this.#fd);
  }

  get head(): Head {
    return this.#head;
  }

  get position(): Position {
    return {
      path: this.path,
      file: this.key,
      offset: this.#readOffset - this.#splitter.pendingBytes,
      skipping: this.#splitter.skipping,
      head: this.#head,
    };
  }

  get sizeBytes(): number {
    return fstatSync(this.#fd).size;
  }

  /** Whether the file was cut or rewritten under us: its old content is gone from here. */
  get isReplaced(): boolean {
    return this.sizeBytes < this.#readOffset || !hasHead(this.#fd, this.#head);
  }

  /** Begins anew at the first byte. */
  restart(): void {
    this.#seek(0, false);
    this.#head = readHead(this.#fd);
  }

  /** Goes to a place given by another file of the same content. */
  resume(position: Pick<Position, 'offset' | 'skipping'>): void {
    this.#seek(position.offset, position.skipping);
  }

  /** The next lines, or undefined when there is nothing new. May be an empty list when a long line has only grown. */
  read(): string[] | undefined {
    if (this.isCopy) return undefined;
    const bytes = readSync(this.#fd, chunk, 0, chunkBytes, this.#readOffset);
    if (bytes === 0) return undefined;
    if (!isFullHead(this.#head)) this.#head = readHead(this.#fd);
    this.#readOffset += bytes;
    return this.#splitter.push(Buffer.from(chunk.subarray(0, bytes)));
  }

  /** The unfinished last line of a file that is given up. */
  finish(): string[] {
    return this.isCopy ? [] : this.#splitter.finish();
  }

  /** The position, when it differs from the one given out last. */
  takeMovedPosition(): Position | undefined {
    const { position } = this;
    const mark = `${position.path}\n${position.offset}\n${position.skipping}\n${position.head.length}`;
    if (mark === this.#reportedAt) return undefined;
    this.#reportedAt = mark;
    return position;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #seek(offset: number, skipping: boolean): void {
    this.#readOffset = offset;
    this.#splitter = new LineSplitter(skipping);
  }

  #endsLine(size: number): boolean {
    if (size === 0) return true;
    const last = Buffer.alloc(1);
    return readSync(this.#fd, last, 0, 1, size - 1) === 0 || last[0] === 10;
  }
}
