/**
 * HalfSipHash-2-4 with 64 bits (Aumasson and Bernstein, SipHash's variant for 32-bit machines, which is what JavaScript's integers are). Keyed: who does not
 * know the key cannot make texts that meet.
 */
export type HashKey = readonly [number, number];

/** The last result, low word and high word: a pair made anew for each of some thirty looks at an address would cost more than the hash. */
export const hashed = new Uint32Array(2);

/**
 * Hashes a text, of whose characters the low eight bits count, and leaves the result in `hashed`. All of it works on variables of its own: ones that
 * outlive the call would be numbers on the heap.
 */
export function hashText(key: HashKey, text: string): void {
  let v0 = key[0];
  let v1 = key[1] ^ 0xee;
  let v2 = 0x6c796765 ^ key[0];
  let v3 = 0x74656462 ^ key[1];
  const { length } = text;
  const words = (length >>> 2) + 1;
  // After the words of the text one with what is left and the length, then twice four rounds by themselves.
  for (let word = 0; word < words + 2; word += 1) {
    let value = 0;
    if (word < words) {
      const at = word * 4;
      if (word === words - 1) {
        value = length << 24;
        for (let place = at; place < length; place += 1) value |= (text.charCodeAt(place) & 0xff) << ((place - at) * 8);
      } else
        value =
          (text.charCodeAt(at) & 0xff) |
          ((text.charCodeAt(at + 1) & 0xff) << 8) |
          ((text.charCodeAt(at + 2) & 0xff) << 16) |
          (text.charCodeAt(at + 3) << 24);
      v3 ^= value;
    } else if (word === words) v2 ^= 0xee;
    else {
      hashed[0] = v1 ^ v3;
      v1 ^= 0xdd;
    }
    for (let round = word < words ? 2 : 4; round > 0; round -= 1) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= value;
  }
  hashed[1] = v1 ^ v3;
}
