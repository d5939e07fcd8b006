/** Turns the bytes of one record, or of many lines at once, into text. */
export interface TextReader {
  /** Bytes of a code unit: a line break is as wide. */
  readonly unitBytes: 1 | 2;
  /** The line break as it is written. */
  readonly newline: Buffer;
  /** Never throws: what is not of the encoding becomes U+FFFD. */
  decode(bytes: Buffer): string;
}

/** Control characters other than the tab and, within a piece of several lines, the line breaks. */
const control = /[\p{Cc}--[\t\n\r]]/v;
const controls = /[\p{Cc}--\t]/gv;

/** Nothing that a terminal or a reader could take for a command stays in a line. */
export const withoutControls = (line: string): string => line.replaceAll(controls, '\uFFFD');
export const hasControls = (text: string): boolean => control.test(text);

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const strictUtf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const strictEucJp = new TextDecoder('euc-jp', { fatal: true });

function decodeOr(decoder: TextDecoder, bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Without a declared encoding: UTF-8; a piece that is no UTF-8 but whole EUC-JP is that. Both keep every ASCII byte what it is. Shift_JIS is not guessed, since
 * there the second byte of a character may be an ASCII one: whoever writes into the log could make a letter or bracket after his own text disappear.
 */
const auto: TextReader = {
  unitBytes: 1,
  newline: Buffer.from('\n'),
  decode: (bytes) => decodeOr(strictUtf8, bytes) ?? decodeOr(strictEucJp, bytes) ?? utf8.decode(bytes),
};

const wide = (encoding: 'utf-16le' | 'utf-16be'): TextReader => {
  const decoder = new TextDecoder(encoding);
  const newline = encoding === 'utf-16le' ? Buffer.from([10, 0]) : Buffer.from([0, 10]);
  return { unitBytes: 2, newline, decode: (bytes) => decoder.decode(bytes) };
};

/**
 * The reader for a file.
 * @param encoding as `logEncodingOf` gives it
 * @param beginning the first bytes of the file: a byte order mark in them goes before everything
 */
export function textReaderFor(encoding: string, beginning: Buffer): TextReader {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return wide('utf-16le');
  if (first === 0xfe && second === 0xff) return wide('utf-16be');
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return wide(encoding);
  if (encoding === 'auto') return auto;
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return { ...auto, decode: (bytes) => decoder.decode(bytes) };
}

/** The place at or before `end` where no UTF-8 character is cut in two. */
export function cutAtCharacter(bytes: Buffer, end: number, { unitBytes }: TextReader): number {
  if (unitBytes === 2) return end;
  let at = end;
  while (at > 0 && end - at < 4 && at < bytes.length && ((bytes[at] as number) & 0xc0) === 0x80) at--;
  return at;
}
