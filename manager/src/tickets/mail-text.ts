/** Text of mails made readable: encodings that nobody declared, HTML without anything that runs or loads, history folded away. */

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  yen: '¥',
};
const blocks =
  /<\/?(?:p|div|br|tr|table|h[1-6]|ul|ol|blockquote|pre|section|article|header|footer|hr)\b[^>]{0,2000}>/gi;
/** Longest HTML that is read; what is beyond stays in the original. */
const htmlMax = 500_000;

/** What HTML says, as plain text: no script, no style, no image, and of links the address where it is one of the web. */
export function htmlToText(html: string): string {
  return html
    .slice(0, htmlMax)
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/<(script|style|head|title|template|svg|object|iframe|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replace(/\r?\n/g, ' ')
    .replace(/<li\b[^>]{0,2000}>/gi, '\n・')
    .replace(
      /<a\b[^>]{0,2000}?\bhref\s*=\s*["']?(https?:\/\/[^"'\s>]{1,1000})[^>]{0,2000}>([^<]{0,2000})<\/a>/gi,
      (_, url: string, text: string) =>
        text.trim() === url || text.trim() === ''
          ? url
          : `${text} <${url}>`.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    )
    .replace(blocks, '\n')
    .replace(/<\/?[a-z!][^>]*(?:>|$)/gi, '')
    .replace(
      /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
      (whole, decimal?: string, hex?: string, name?: string) => {
        if (name) return named[name.toLowerCase()] ?? whole;
        const code = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
      },
    )
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/**
 * Bytes whose encoding nobody declared, or declared wrongly, as old programs send them: ISO-2022-JP by its escapes, UTF-8 where it is valid, else
 * whichever of EUC-JP and Shift_JIS leaves fewer holes.
 */
export function decodeBare(bytes: Buffer): string {
  if (bytes.includes(Buffer.from('\u001b$')) || bytes.includes(Buffer.from('\u001b(I')))
    return new TextDecoder('iso-2022-jp').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const [sjis, euc] = ['shift_jis', 'euc-jp'].map((name) => new TextDecoder(name).decode(bytes));
    return holesOf(euc!) < holesOf(sjis!) ? euc! : sjis!;
  }
}
/** Replacement characters; and half-width kana, which EUC-JP looks like when it is read as Shift_JIS. */
const holesOf = (text: string): number => (text.match(/[\ufffd\uff61-\uff9f]/g) ?? []).length;

/** No text of a mail keeps what the database cannot hold or what hides from the reader. */
export const storable = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '')
    .toWellFormed();

/** Lines after which a mail program puts the history: Outlook, Gmail, Apple Mail, Thunderbird and Becky!, in Japanese and English. */
const historyBegins = [
  /^-{2,}\s*(?:Original Message|元のメッセージ|Forwarded message|転送されたメッセージ|転送メッセージ)\s*-{2,}/i,
  /^_{10,}$/,
  /^On .{5,200} wrote:$/,
  /^\d{4}年\d{1,2}月\d{1,2}日.{0,200}[:：]$/,
  /^\d{4}[/-]\d{1,2}[/-]\d{1,2}.{0,200}<?[^\s<>]{1,200}@[^\s<>]{1,200}>?.{0,40}[:：]$/,
  /^.{0,100}(?:さん|様)は(?:、)?.{0,120}(?:書きました|wrote)[:：]?$/,
  /^(?:From|差出人)[:：]\s?.{1,300}$/,
];
const isHeaderLine = /^(?:From|Sent|To|Cc|Subject|Date|差出人|送信日時|宛先|件名|日時)[:：]/i;

/** What was written now, and the history below it. Answers between quoted lines stay where they are. */
export function foldHistory(text: string): { readonly text: string; readonly quoted: string | undefined } {
  const lines = text.split('\n');
  const isBegin = (line: string, index: number) => {
    const trimmed = line.trim();
    if (!historyBegins.some((pattern) => pattern.test(trimmed))) return false;
    // A line of headers begins a history where a second one follows; alone it is a sentence.
    return !isHeaderLine.test(trimmed) || isHeaderLine.test((lines[index + 1] ?? '').trim());
  };
  const isQuoted = (line: string) => /^\s*[>＞|]/.test(line) || line.trim() === '';
  let cut = lines.findIndex((line, index) => index > 0 && isBegin(line, index));
  // Below the first line of a `>` history nothing may be answered in between.
  if (cut > 0 && !/^(?:-{2,}|_{10,}|From|差出人)/i.test(lines[cut]!.trim()) && !lines.slice(cut + 1).every(isQuoted))
    cut = -1;
  if (cut < 0) {
    let end = lines.length;
    while (end > 0 && isQuoted(lines[end - 1]!)) end -= 1;
    if (end > 0 && lines.slice(end).some((line) => /^\s*[>＞]/.test(line))) cut = end;
  }
  const head = cut > 0 ? lines.slice(0, cut).join('\n').trim() : '';
  if (head === '') return { text: text.trim(), quoted: undefined };
  return { text: head, quoted: lines.slice(cut).join('\n').trim() };
}
