const segmenter = new Intl.Segmenter('ja', { granularity: 'grapheme' });
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}/u;

/** Columns that a text takes on a terminal: full-width characters take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text))
    width += wide.test(segment) ? 2 : /^[\p{Mark}\u200b-\u200d\ufeff]/u.test(segment) ? 0 : 1;
  return width;
}

/**
 * Makes a text from outside harmless on a terminal: names of hosts, files and rules may carry control sequences or turn the direction of
 * writing. They are shown as escapes.
 */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) =>
    character === '\n' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export type Column = { readonly head: string; readonly right?: boolean };

/** Columns side by side, two spaces between them. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.head), ...rows.map((row) => row.map(plain))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))));
  return lines
    .map((line) =>
      columns
        .map(({ right }, index) => {
          const cell = line[index] ?? '';
          const gap = ' '.repeat(widths[index]! - widthOf(cell));
          return right ? gap + cell : cell + gap;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One thing's facts, a line each; those without a value are left out. */
export function sheet(facts: readonly (readonly [head: string, value: string | undefined])[]): string {
  const shown = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined && fact[1] !== '');
  const width = Math.max(0, ...shown.map(([head]) => widthOf(head)));
  return shown.map(([head, value]) => `${head}${' '.repeat(width - widthOf(head))}  ${plain(value)}`).join('\n');
}
