import { isTrend } from './cef.ts';
import { decodeHeader } from './escapes.ts';
import { keep, type NeutralEvent } from './event.ts';
import { type Pairs, pairsMax, splitExtension } from './extension.ts';
import { fillFromPairs } from './fields.ts';
import { moduleOf } from './modules.ts';

/**
 * A LEEF record from behind `LEEF:` on: `version|vendor|product|version|id|`, in 2.0 a delimiter (one character, or its code in hexadecimal), then
 * attributes. The delimiter is a tab unless it is named; lines that lost their tabs on the way are read like CEF's.
 * @returns nothing where another vendor's product is named
 */
export function parseLeef(text: string, from: number): NeutralEvent | undefined {
  const parts: string[] = [];
  let at = from;
  while (parts.length < 5) {
    const pipe = text.indexOf('|', at);
    if (pipe < 0) break;
    parts.push(decodeHeader(text.slice(at, pipe)));
    at = pipe + 1;
  }
  const isCut = parts.length < 5;
  if (isCut) parts.push(decodeHeader(text.slice(at)));
  const [, vendor, product = '', version, signatureId = ''] = parts;
  if (vendor === undefined || !isTrend(vendor)) return undefined;
  const event: NeutralEvent = { format: 'leef' };
  if (product) event.product = product;
  if (version) event.product_version = version;
  if (signatureId) event.signature_id = signatureId;
  if (isCut) event.truncated = true;
  const pairs = isCut ? { keys: [], values: [] } : readAttributes(event, text, at);
  const categoryAt = pairs.keys.indexOf('cat');
  const module = moduleOf(product, signatureId, categoryAt < 0 ? undefined : pairs.values[categoryAt]);
  if (module) event.module = module;
  fillFromPairs(event, pairs);
  return event;
}

function readAttributes(event: NeutralEvent, text: string, from: number): Pairs {
  const pipe = text.indexOf('|', from);
  const named = pipe >= 0 && pipe - from <= 6 ? delimiterOf(text.slice(from, pipe)) : undefined;
  const at = named === undefined ? from : pipe + 1;
  const delimiter = usedDelimiter(text, at, named || '\t');
  return delimiter === undefined ? splitExtension(text, at) : splitAt(event, text.slice(at), delimiter);
}

/** @returns the empty string where the field is empty, nothing where it is no delimiter */
function delimiterOf(field: string): string | undefined {
  if (field.length <= 1) return field === '=' ? undefined : field;
  if (field === '\\t') return '\t';
  const code = /^(?:0?x|\\x|\\u)([0-9a-f]{1,4})$/i.exec(field)?.[1];
  return code === undefined ? undefined : String.fromCharCode(Number.parseInt(code, 16));
}

/** The one that is there: relays write a tab as `#011` (rsyslog) or `\t`, and web pages as a blank. */
function usedDelimiter(text: string, from: number, named: string): string | undefined {
  const candidates = [named, '\t', '#011'];
  for (const delimiter of candidates) {
    const found = text.indexOf(delimiter, from);
    if (found >= 0 && (delimiter !== ' ' || named === ' ')) return delimiter;
  }
  return /\\t(?:name|sev|desc|cn1|src)=/.test(text.slice(from, from + 4096)) ? '\\t' : undefined;
}

function splitAt(event: NeutralEvent, text: string, delimiter: string): Pairs {
  const keys: string[] = [];
  const values: string[] = [];
  for (const piece of text.split(delimiter, pairsMax * 2)) {
    const equals = piece.indexOf('=');
    const key = equals < 0 ? '' : piece.slice(0, equals).trim();
    if (/^[A-Za-z][\w.]*$/.test(key) && keys.length < pairsMax) {
      keys.push(key);
      values.push(piece.slice(equals + 1).trim());
    } else if (equals < 0 && keys.length > 0) values[values.length - 1] += piece === '' ? '' : `${delimiter}${piece}`;
    else if (equals >= 0) keep(event, key || '=', piece.slice(equals + 1).trim());
  }
  return { keys, values };
}
