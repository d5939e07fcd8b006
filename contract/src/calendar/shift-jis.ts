/** Bytes of a text in Shift_JIS (CP932): the platform reads that encoding and does not write it, so what it reads is turned round. */
let codes: Map<string, readonly number[]> | undefined;

export function toShiftJis(text: string): Uint8Array {
  codes ??= readCodes();
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const code = codes!.get(character);
      if (!code) throw new Error(`${character} is not in Shift_JIS`);
      return code;
    }),
  );
}

function readCodes(): Map<string, readonly number[]> {
  const decoder = new TextDecoder('shift_jis', { fatal: true });
  const found = new Map<string, readonly number[]>();
  const note = (bytes: readonly number[]) => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if (!found.has(character)) found.set(character, bytes);
    } catch {
      // No character has this code.
    }
  };
  for (let byte = 0; byte < 256; byte++) note([byte]);
  for (let lead = 0x81; lead <= 0xfc; lead++) for (let trail = 0x40; trail <= 0xfc; trail++) note([lead, trail]);
  return found;
}

const heading = '国民の祝日・休日月日,国民の祝日・休日名称';

/** A file as the Cabinet Office publishes it: heading, `2026/1/1,元日`, lines that end in CR LF. @param days `2026-01-01` and names */
export const holidayCsv = (days: readonly (readonly [date: string, name: string])[]): string =>
  [heading, ...days.map(([date, name]) => `${date.split('-').map(Number).join('/')},${name}`), ''].join('\r\n');
