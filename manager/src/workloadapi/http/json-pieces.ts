/** An answer that is written as JSON already, piece by piece: long listings. Pieces that many items share are one buffer. */
export class JsonPieces {
  readonly pieces: readonly Buffer[];
  readonly itemCount: number;
  constructor(pieces: readonly Buffer[], itemCount: number) {
    this.pieces = pieces;
    this.itemCount = itemCount;
  }

  get byteLength(): number {
    return this.pieces.reduce((size, piece) => size + piece.length, 0);
  }

  /** Copies what comes next into a room, again and again until all is copied and 0 comes back. */
  reader(): (room: Buffer) => number {
    let [index, offset] = [0, 0];
    return (room) => {
      let size = 0;
      while (index < this.pieces.length && size < room.length) {
        const piece = this.pieces[index]!;
        const copied = piece.copy(room, size, offset);
        size += copied;
        offset += copied;
        if (offset < piece.length) continue;
        index += 1;
        offset = 0;
      }
      return size;
    };
  }
}

/** Texts are gathered until they are worth a buffer of their own. */
const gatheredMax = 32 * 1024;

/** Gathers the pieces of an answer as they are composed. */
export class PieceWriter {
  readonly #pieces: Buffer[] = [];
  #gathered = '';

  add(text: string): void {
    this.#gathered += text;
    if (this.#gathered.length >= gatheredMax) this.#gather();
  }

  /** Bytes that other items share: kept once, however often they are added. */
  addShared(bytes: Buffer): void {
    this.#gather();
    this.#pieces.push(bytes);
  }

  finish(itemCount: number): JsonPieces {
    this.#gather();
    return new JsonPieces(this.#pieces, itemCount);
  }

  #gather(): void {
    if (this.#gathered !== '') this.#pieces.push(Buffer.from(this.#gathered));
    this.#gathered = '';
  }
}
