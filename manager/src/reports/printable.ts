import { readFont } from './fonts.ts';

/**
 * Names and titles come from hosts and may hold anything. What a reader could not see, or what would turn the text around (control and
 * direction characters), is written out as `[U+202E]`. The rest stays as it is, composed (NFC).
 */
export const printable = (text: string): string => text.normalize('NFC').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, spellOut);

const spellOut = (character: string): string =>
  `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;

/**
 * As `printable`, for paper: a character that our fonts do not have is written out too, because a PDF whose text cannot be displayed is not
 * accessible (PDF/UA) and would be refused.
 */
export function printableOnPaper(text: string): string {
  covered ??= readCoverage(readFont('regular'));
  const known = covered;
  return printable(text)
    .replace(variationSelector, '')
    .replace(/[^\x20-\x7e]/gu, (character) => (known.has(character.codePointAt(0)!) ? character : spellOut(character)));
}
/** They choose between shapes of the character before them, which stays legible without. */
const variationSelector = /[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/gu;
let covered: ReadonlySet<number> | undefined;

/**
 * The characters of a TrueType font: its `cmap` table of format 12 (OpenType 1.9, "cmap — Character to Glyph Index Mapping Table").
 * @throws Error where the font has no such table
 */
export function readCoverage(font: Buffer): ReadonlySet<number> {
  const cmap = tableOf(font, 'cmap');
  const count = font.readUInt16BE(cmap + 2);
  for (let index = 0; index < count; index += 1) {
    const table = cmap + font.readUInt32BE(cmap + 4 + index * 8 + 4);
    if (font.readUInt16BE(table) === 12) return readGroups(font, table);
  }
  throw new Error('The font has no cmap of format 12.');
}

function tableOf(font: Buffer, tag: string): number {
  const count = font.readUInt16BE(4);
  for (let index = 0; index < count; index += 1) {
    const entry = 12 + index * 16;
    if (font.toString('latin1', entry, entry + 4) === tag) return font.readUInt32BE(entry + 8);
  }
  throw new Error(`The font has no table ${tag}.`);
}

function readGroups(font: Buffer, table: number): ReadonlySet<number> {
  const characters = new Set<number>();
  const count = font.readUInt32BE(table + 12);
  for (let index = 0; index < count; index += 1) {
    const group = table + 16 + index * 12;
    const end = font.readUInt32BE(group + 4);
    for (let character = font.readUInt32BE(group); character <= end; character += 1) characters.add(character);
  }
  return characters;
}
