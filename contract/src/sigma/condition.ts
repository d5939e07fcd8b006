import { joined } from './detection.ts';
import { SigmaFault, SigmaLeftOut, type SigmaPlace } from './fault.ts';
import type { SigmaExpression } from './model.ts';

const charsMax = 4000;
const depthMax = 30;

type Reader = {
  readonly tokens: readonly { readonly text: string; readonly at: number }[];
  readonly searches: ReadonlyMap<string, SigmaExpression>;
  readonly place: SigmaPlace;
  at: number;
  depth: number;
};

/**
 * A condition over search identifiers: `not` binds closest, then `and`, then `or`; `1 of x*`, `all of x*`, `1 of them`, parentheses.
 * @throws SigmaFault
 */
export function readCondition(
  text: string,
  searches: ReadonlyMap<string, SigmaExpression>,
  place: SigmaPlace,
): SigmaExpression {
  if (text.length > charsMax) throw new SigmaFault(place, `a condition has at most ${charsMax} characters`);
  const reader: Reader = { tokens: tokensOf(text, place), searches, place, at: 0, depth: 0 };
  const expression = readOr(reader);
  const rest = reader.tokens[reader.at];
  if (rest)
    throw unexpected(
      reader,
      rest.text === ')' ? '`)` closes nothing' : `\`${rest.text}\` stands where \`and\` or \`or\` was expected`,
    );
  return expression;
}

function tokensOf(text: string, place: SigmaPlace): Reader['tokens'] {
  const tokens = [...text.matchAll(/[()|]|[^\s()|]+/g)].map((found) => ({ text: found[0], at: found.index }));
  if (tokens.some((token) => token.text === '|'))
    throw new SigmaLeftOut(
      place,
      'aggregations (`| count() …`, `| near …`) are of the first version: now a correlation counts',
    );
  if (tokens.length === 0) throw new SigmaFault(place, 'the condition is empty');
  return tokens;
}

const peek = (reader: Reader): string | undefined => reader.tokens[reader.at]?.text.toLowerCase();

function unexpected(reader: Reader, problem: string): SigmaFault {
  const at = reader.tokens[reader.at]?.at;
  return new SigmaFault(reader.place, `${problem}${at === undefined ? '' : ` (character ${at + 1} of the condition)`}`);
}

function readOr(reader: Reader): SigmaExpression {
  const parts = [readAnd(reader)];
  while (peek(reader) === 'or') {
    reader.at++;
    parts.push(readAnd(reader));
  }
  return joined('any', parts);
}

function readAnd(reader: Reader): SigmaExpression {
  const parts = [readNot(reader)];
  while (peek(reader) === 'and') {
    reader.at++;
    parts.push(readNot(reader));
  }
  return joined('all', parts);
}

function readNot(reader: Reader): SigmaExpression {
  if (peek(reader) !== 'not') return readPrimary(reader);
  reader.at++;
  return { not: nested(reader, readNot) };
}

function nested(reader: Reader, read: (reader: Reader) => SigmaExpression): SigmaExpression {
  if (++reader.depth > depthMax) throw unexpected(reader, 'the condition is nested too deeply');
  const expression = read(reader);
  reader.depth--;
  return expression;
}

function readPrimary(reader: Reader): SigmaExpression {
  const token = reader.tokens[reader.at];
  const word = peek(reader);
  if (!token || word === undefined || ['and', 'or', ')', 'of'].includes(word))
    throw unexpected(reader, `a search identifier is missing${token ? ` before \`${token.text}\`` : ' at the end'}`);
  if (word === '(') {
    const openedAt = reader.at;
    reader.at++;
    const inner = nested(reader, readOr);
    if (peek(reader) !== ')') {
      reader.at = openedAt;
      throw unexpected(reader, '`(` is never closed');
    }
    reader.at++;
    return inner;
  }
  if (reader.tokens[reader.at + 1]?.text.toLowerCase() === 'of') return readQuantity(reader, word);
  reader.at++;
  const found = reader.searches.get(token.text);
  if (found) return found;
  reader.at--;
  throw unexpected(reader, `there is no search identifier \`${token.text}\``);
}

function readQuantity(reader: Reader, quantity: string): SigmaExpression {
  if (quantity !== '1' && quantity !== 'any' && quantity !== 'all')
    throw unexpected(reader, `\`${quantity} of\` is not taken: \`1 of\` or \`all of\``);
  reader.at += 2;
  const pattern = reader.tokens[reader.at]?.text;
  if (pattern === undefined || '()'.includes(pattern))
    throw unexpected(reader, 'a search identifier is missing behind `of`');
  const names = [...reader.searches.keys()].filter((name) =>
    pattern.toLowerCase() === 'them' ? !name.startsWith('_') : fits(name, pattern),
  );
  if (names.length === 0) throw unexpected(reader, `no search identifier is named \`${pattern}\``);
  reader.at++;
  return joined(
    quantity === 'all' ? 'all' : 'any',
    names.map((name) => reader.searches.get(name)!),
  );
}

/** Identifiers are short, and so are the stars in a pattern of a condition of bounded length. */
function fits(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  if (!name.startsWith(first)) return false;
  const last = rest.pop()!;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - at >= last.length && name.endsWith(last);
}
