import type { Socket } from 'node:net';

/** Of one connection, and of all together; a connection may always hold a small piece. */
const aheadOfOneBytesMax = 256 * 1024;
const aheadBytesMax = 32 * 1024 * 1024;
const pieceBytes = 64 * 1024;

/** Reads on while what was read is worked on, within bounds: what comes meanwhile is the next piece. */
export class ReadAhead {
  readonly #socket: Socket;
  readonly #budget: { bytes: number };
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isOver = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** @param budget what all connections of a door hold together */
  constructor(socket: Socket, budget: { bytes: number }) {
    this.#socket = socket;
    this.#budget = budget;
    socket.on('data', (piece: Buffer) => this.#gather(piece));
    socket.on('error', (error) => {
      this.#failure = error;
      this.#end();
    });
    socket.on('end', () => this.#end());
    socket.on('close', () => this.#end());
  }

  /** @returns all that came since the last; nothing at the end */
  async next(): Promise<Buffer | undefined> {
    while (this.#pieces.length === 0) {
      if (this.#failure) throw this.#failure;
      if (this.#isOver) return undefined;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    const piece = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#budget.bytes -= this.#bytes;
    this.#pieces = [];
    this.#bytes = 0;
    this.#socket.resume();
    return piece;
  }

  #gather(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    this.#budget.bytes += piece.length;
    const isMuch = this.#budget.bytes > aheadBytesMax && this.#bytes >= pieceBytes;
    if (this.#bytes >= aheadOfOneBytesMax || isMuch) this.#socket.pause();
    this.#wake?.();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake?.();
  }
}
