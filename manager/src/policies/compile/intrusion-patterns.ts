import { IntrusionFault } from './intrusion-fault.ts';

/**
 * Patterns of the API's templates as options of Suricata. A pattern is text as it stands (UTF-8); bytes may be written between bars, two digits each:
 * `GET |0d 0a|`.
 */
export type PatternRule = {
  readonly template?: string;
  readonly signature?: string;
  readonly start?: string;
  readonly patterns?: readonly string[];
  readonly end?: string;
  readonly caseSensitive?: boolean;
  readonly condition?: string;
};

/** What Suricata takes as one content. */
const patternBytesMax = 255;
const patternsMax = 50;

/** @throws IntrusionFault where there is no signature, or it is too long */
export function signatureOptions(rule: PatternRule, owner: string): string {
  const bytes = readPattern(rule.signature ?? '', owner, 'signature');
  if (bytes.length === 0) throw new IntrusionFault(`${owner} has no signature to look for.`);
  return contentOf(bytes, rule);
}

/**
 * A start, the patterns, an end; what is looked at begins with each start and stops at the first end behind it. `all`: every pattern in this order,
 * `any`: one of them, `none`: not one of them. Start and end may be left away, except with `none`, which needs both to know where it looks. The engine
 * sees about 2,500 bytes of a stream at once: what lies further apart is not found together.
 * @throws IntrusionFault where something is missing or too long
 */
export function startEndOptions(rule: PatternRule, owner: string): string {
  const start = readPattern(rule.start ?? '', owner, 'start pattern');
  const end = readPattern(rule.end ?? '', owner, 'end pattern');
  const patterns = (rule.patterns ?? [])
    .map((pattern) => readPattern(pattern, owner, 'pattern'))
    .filter((pattern) => pattern.length > 0);
  if (patterns.length === 0) throw new IntrusionFault(`${owner} has no patterns to look for.`);
  if (patterns.length > patternsMax)
    throw new IntrusionFault(`${owner} has ${patterns.length} patterns, and a rule takes ${patternsMax}.`);
  const condition = rule.condition ?? 'all';
  if (condition === 'none' && (start.length === 0 || end.length === 0))
    throw new IntrusionFault(`${owner} looks for the absence of patterns; that needs a start and an end pattern.`);
  const always = [start, ...(condition === 'all' ? patterns : []), end].filter((bytes) => bytes.length > 0);
  return (
    always.map((bytes) => contentOf(bytes, rule)).join('') + pcreOf({ start, patterns, end, condition }, rule, owner)
  );
}

type Read = {
  readonly start: Buffer;
  readonly patterns: readonly Buffer[];
  readonly end: Buffer;
  readonly condition: string;
};

/** Every skip goes to the first thing that it may stop at and gives nothing back, so that no traffic makes it try twice. */
function pcreOf({ start, patterns, end, condition }: Read, rule: PatternRule, owner: string): string {
  const texts = patterns.map(expressionOf);
  const any = `(?:${texts.join('|')})`;
  const ends = end.length > 0 ? [expressionOf(end)] : [];
  const skipTo = (...stops: readonly string[]) => `(?>(?:(?!${stops.join('|')}).)*+)`;
  const toEnd = ends.length > 0 ? skipTo(...ends) + ends[0] : '';
  const body = {
    all: texts.map((text) => skipTo(text, ...ends) + text).join('') + toEnd,
    any: skipTo(any, ...ends) + any + toEnd,
    none: skipTo(any, ...ends) + ends.join(''),
  }[condition];
  if (body === undefined) throw new IntrusionFault(`${owner} has the condition ${JSON.stringify(condition)}.`);
  return `pcre:"/${expressionOf(start)}${body}/s${rule.caseSensitive ? '' : 'i'}"; `;
}

const expressionOf = (bytes: Buffer): string =>
  [...bytes].map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : `\\x${hexOf(byte)}`)).join('');

function contentOf(bytes: Buffer, rule: PatternRule): string {
  const text = [...bytes].map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : `|${hexOf(byte)}|`)).join('');
  return `content:"${text.replaceAll('||', ' ')}"; ${rule.caseSensitive ? '' : 'nocase; '}`;
}

const isPlain = (byte: number): boolean => /[0-9A-Za-z]/.test(String.fromCharCode(byte));
const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');

function readPattern(text: string, owner: string, what: string): Buffer {
  const parts = text.split(/(\|(?:[0-9A-Fa-f]{2}\s*)+\|)/);
  const bytes = Buffer.concat(
    parts.map((part, index) => (index % 2 === 1 ? Buffer.from(part.replace(/[|\s]/g, ''), 'hex') : Buffer.from(part))),
  );
  if (bytes.length <= patternBytesMax) return bytes;
  throw new IntrusionFault(
    `${owner} has a ${what} of ${bytes.length} bytes; at most ${patternBytesMax} can be looked for.`,
  );
}
