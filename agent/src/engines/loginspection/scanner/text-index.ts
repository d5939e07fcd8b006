import { rarestTrigram, trigramAt, trigrams } from './trigrams.ts';

/** Texts by two trigrams of each, one that begins at an even place of the text and one at an odd place, in flat arrays. */
export class TextIndex {
  /** For each trigram where its texts begin in `texts` and `offsets`; 0 for none. */
  readonly firstOf = new Int32Array(trigrams);
  /** For each trigram a bit, whether it has any: so small that it stays at the processor's hand. */
  readonly bits = new Int32Array(trigrams / 32);
  /** Numbers of texts, and how far behind the beginning of the text the trigram begins; −1 behind the last of a trigram. */
  readonly texts: Int32Array;
  readonly offsets: Int32Array;
  /** All texts behind one another, and where each begins. */
  readonly chars: Uint8Array;
  readonly begins: Int32Array;

  /** @param counted how often each trigram came */
  constructor(texts: readonly string[], counted?: Uint32Array) {
    const byTrigram = new Map<number, { readonly text: number; readonly offset: number }[]>();
    texts.forEach((text, number) => {
      for (const parity of [0, 1] as const) {
        const start = rarestTrigram(text, parity, counted);
        const trigram = trigramAt(text, start);
        const list = byTrigram.get(trigram) ?? [];
        byTrigram.set(trigram, list);
        list.push({ text: number, offset: start });
      }
    });
    const flat: { readonly text: number; readonly offset: number }[] = [{ text: -1, offset: 0 }];
    for (const [trigram, list] of byTrigram) {
      this.firstOf[trigram] = flat.length;
      this.bits[trigram >>> 5]! |= 1 << (trigram & 31);
      flat.push(...list, { text: -1, offset: 0 });
    }
    this.texts = Int32Array.from(flat, ({ text }) => text);
    this.offsets = Int32Array.from(flat, ({ offset }) => offset);
    this.chars = Buffer.from(texts.join(''), 'latin1');
    this.begins = new Int32Array(texts.length + 1);
    texts.forEach((text, number) => {
      this.begins[number + 1] = this.begins[number]! + text.length;
    });
  }

  get bytes(): number {
    return [this.firstOf, this.bits, this.texts, this.offsets, this.chars, this.begins].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }
}
