import { rarestTrigram, trigramAt, trigrams } from './trigrams.ts';

/** Texts by one trigram of each, in flat arrays. */
export class TextIndex {
  /** For each trigram where its texts begin in `texts` and `offsets`; 0 for none. */
  readonly firstOf = new Uint16Array(trigrams);
  /** Numbers of texts, and how far behind the beginning of the text the trigram ends; −1 behind the last of a trigram. */
  readonly texts: Int32Array;
  readonly offsets: Int32Array;
  /** All texts behind one another, and where each begins. */
  readonly chars: Uint8Array;
  readonly begins: Int32Array;

  /** @param counted how often each trigram came */
  constructor(texts: readonly string[], counted?: Uint32Array) {
    const byTrigram = new Map<number, { readonly text: number; readonly offset: number }[]>();
    texts.forEach((text, number) => {
      const start = rarestTrigram(text, counted);
      const trigram = trigramAt(text, start);
      const list = byTrigram.get(trigram) ?? [];
      byTrigram.set(trigram, list);
      list.push({ text: number, offset: start + 2 });
    });
    const flat: { readonly text: number; readonly offset: number }[] = [{ text: -1, offset: 0 }];
    for (const [trigram, list] of byTrigram) {
      this.firstOf[trigram] = flat.length;
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
    return [this.firstOf, this.texts, this.offsets, this.chars, this.begins].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }
}
