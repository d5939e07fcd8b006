// What a backslash means depends on the value: senders escape paths, and senders leave them as they are.

const backslash = 92;

/**
 * A path, a registry key or a user of a domain: only `\\` and `\=` stand for something else. Where a path is written as it is (`\\server\share\new`),
 * nothing is doubled, and it stays.
 */
export function decodePath(raw: string): string {
  if (raw.indexOf('\\') < 0) return raw;
  if (
    raw.startsWith('\\\\') &&
    raw.charCodeAt(2) !== backslash &&
    raw.indexOf('\\\\', 2) < 0 &&
    /\\[^\\=]/.test(raw.slice(2))
  )
    return raw.replaceAll('\\=', '=');
  return raw.replace(/\\([\\=|])/g, '$1');
}

/** Running text: newlines come as `\n`, and from relays that escaped once more as `\\n`; a path within it keeps its backslashes. */
export function decodeText(raw: string): string {
  let at = raw.indexOf('\\');
  if (at < 0) return raw;
  let text = '';
  let from = 0;
  while (at >= 0 && at + 1 < raw.length) {
    const isDoubled = raw.charCodeAt(at + 1) === backslash;
    const meant = raw[at + (isDoubled ? 2 : 1)];
    if ((meant === 'n' || meant === 'r') && !isWithinPath(raw, at)) {
      text += raw.slice(from, at) + (meant === 'n' ? '\n' : '\r');
      from = at + (isDoubled ? 3 : 2);
    } else if (isDoubled || meant === '=' || meant === '|') {
      text += raw.slice(from, at) + raw[at + 1]!;
      from = at + 2;
    }
    at = raw.indexOf('\\', Math.max(from, at + 1));
  }
  return text + raw.slice(from);
}

/** The word up to here is a path of Windows: `C:\…`, `\\server\…`, `HKLM\…`. */
function isWithinPath(raw: string, at: number): boolean {
  const longestWord = 512;
  let start = at;
  while (start > 0 && at - start < longestWord && raw.charCodeAt(start - 1) > 32) start -= 1;
  const word = raw.slice(start, at);
  return /[A-Za-z]:(\\|$)|^["'(]?(\\\\|HKEY_|HKLM|HKCU|HKU)/.test(word);
}

/** A field of a header: `\|` and `\\`. */
export const decodeHeader = (raw: string): string =>
  (raw.indexOf('\\') < 0 ? raw : raw.replace(/\\([\\|=])/g, '$1')).trim();
