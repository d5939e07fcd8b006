// `key=value key=value` of a CEF record, whose values hold blanks: a value ends where the next key begins.

/** Keys and raw values, side by side. */
export type Pairs = { readonly keys: string[]; readonly values: string[] };

/** No record of the product has a third of them; a hostile one does not grow an object without end. */
export const pairsMax = 256;
const keyLengthMax = 64;

/** Values that people and programs write: `uid=0` within them is text, where the sender forgot to escape it. */
const running = new Set([
  ...['msg', 'desc', 'request', 'filePath', 'oldfilePath', 'fname', 'sproc', 'target', 'reason'],
  ...['TrendMicroDsProcess', 'TrendMicroDsCommandLine', 'TrendMicroDsMalwareTarget'],
  ...['cs1', 'cs2', 'cs3', 'cs4', 'cs5', 'cs6', 'cs7', 'cs8', 'cs9'],
]);

/** The product's keys, and those of the CEF dictionary that could follow running text. */
const known = new Set(
  (
    'act aggregationType app cat cn1 cn2 cn3 cn1Label cn2Label cn3Label cnt computerName cs1 cs2 cs3 cs4 cs5 cs6 cs7 cs8 cs9 cs1Label cs2Label cs3Label ' +
    'cs4Label cs5Label cs6Label cs7Label cs8Label cs9Label desc device deviceType dhost dmac domainName dpt dst dstMAC dstPort duser dvc dvchost ' +
    'end entityType externalId fileHash fileInCompressedFile fileName filePath fname fsize in model msg name oldfilePath out outcome permission ' +
    'processName proto reason repeatCount request result rt serial sev shost smac sproc spt src srcMAC srcPort start suid suser target targetID ' +
    'targetType usrName vendor xff'
  ).split(' '),
);

/** Reads the pairs from a place on. Linear in the text; never throws. */
export function splitExtension(text: string, from: number): Pairs {
  const keys: string[] = [];
  const values: string[] = [];
  let valueFrom = -1;
  let isRunning = false;
  for (let at = text.indexOf('=', from); at >= 0; at = text.indexOf('=', at + 1)) {
    const start = keyStart(text, at, from);
    if (start < 0) continue;
    const key = text.slice(start, at);
    if (isRunning && !isKeyWithinText(key, keys)) continue;
    if (valueFrom >= 0) values.push(trimmed(text, valueFrom, start));
    if (keys.length === pairsMax) return { keys, values };
    keys.push(key);
    valueFrom = at + 1;
    isRunning = running.has(key);
  }
  if (valueFrom >= 0) values.push(trimmed(text, valueFrom, text.length));
  return { keys, values };
}

/** A piece without the blanks around it, cut once. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (end > start && text.charCodeAt(end - 1) <= 32) end -= 1;
  while (start < end && text.charCodeAt(start) <= 32) start += 1;
  return text.slice(start, end);
}

/** Where the word before this `=` begins, where it is a key: a letter, then letters, digits, `_` and `.`, after a blank. `\=` has none. */
function keyStart(text: string, equals: number, from: number): number {
  let start = equals;
  while (start > from && isKeyCode(text.charCodeAt(start - 1))) {
    start -= 1;
    if (equals - start > keyLengthMax) return -1;
  }
  if (start === equals || !isLetter(text.charCodeAt(start))) return -1;
  return start === from || text.charCodeAt(start - 1) <= 32 ? start : -1;
}

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
const isKeyCode = (code: number): boolean => isLetter(code) || (code >= 48 && code <= 57) || code === 95 || code === 46;

/** Within running text: a key of the product that has not come yet, or a name made like one (`newKey`), but no word of a log (`uid`, `User`). */
function isKeyWithinText(key: string, before: readonly string[]): boolean {
  if (!known.has(key) && !key.startsWith('TrendMicroDs') && !/^[a-z]+[A-Z][A-Za-z0-9]*$/.test(key)) return false;
  return !before.includes(key);
}
