/**
 * Texts of one column of many rows, on their way into `unnest($1::text[])`: PostgreSQL's binary form of an array, which it takes in without looking
 * for quotes and braces (`array_recv` in its source: dimensions, whether there are nulls, type of element; length and lower bound; then each element
 * behind its length). `pg` hands a Buffer over as it is.
 */
export class TextColumn {
  #bytes: Buffer;
  #length = headBytes;
  #count = 0;
  #nulls = 0;

  /** @param bytes how long all of it may become; more is made room for */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(headBytes + bytes);
  }

  /** U+0000, which PostgreSQL cannot keep, becomes U+FFFD, and so does half of a surrogate pair. Undefined is null. */
  add(value: string | undefined): void {
    this.#count += 1;
    if (value === undefined) {
      this.#reserve(4);
      this.#nulls += 1;
      this.#length = this.#bytes.writeInt32BE(-1, this.#length);
      return;
    }
    this.#reserve(4 + value.length * bytesOfUnitMax);
    const text = value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
    const written = this.#bytes.write(text, this.#length + 4);
    this.#bytes.writeInt32BE(written, this.#length);
    this.#length += 4 + written;
  }

  /** The parameter of a query. */
  get parameter(): Buffer {
    const head = [1, this.#nulls > 0 ? 1 : 0, oidOfText, this.#count, 1];
    head.forEach((word, index) => {
      this.#bytes.writeInt32BE(word, index * 4);
    });
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + bytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const headBytes = 20;
/** Of one UTF-16 unit in UTF-8. */
const bytesOfUnitMax = 3;
const oidOfText = 25;
