/** An answer that is written as JSON already, piece by piece: long listings. */
export class JsonPieces {
  readonly pieces: readonly (string | Buffer)[];
  readonly itemCount: number;
  constructor(pieces: readonly (string | Buffer)[], itemCount: number) {
    this.pieces = pieces;
    this.itemCount = itemCount;
  }
}
