import { SaxesParser } from 'saxes';
import { LogInspectionFault, type LogInspectionPlace } from './loginspection-fault.ts';
import { type LogRuleDialect, logRuleMark } from './loginspection-language.ts';

/** An element of a rule's XML. Names are lower case, since OSSEC ignores their case. */
export type LogRuleElement = {
  readonly name: string;
  readonly place: LogInspectionPlace;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly LogRuleElement[];
  /** The text directly in it, spaces kept: they count in patterns. */
  readonly text: string;
  /** Where it begins and ends in the whole text, counted in characters from 0. */
  readonly from: number;
  readonly to: number;
};

/** Bytes of a rule's XML. Real ones have a few thousand. */
const xmlBytesMax = 1_000_000;
const depthMax = 8;
const elementsMax = 20_000;

/** The XML of `ruleXML`, which clients send in base64; some send it as it is. @throws LogInspectionFault where it is neither, or longer than 1 MB */
export function decodeLogRuleXml(sent: string): string {
  if (sent.length > xmlBytesMax * 1.5) throw tooLong();
  if (/^\s*</.test(sent)) return sent;
  const text = sent.replaceAll(/\s/g, '');
  if (text === '') throw new LogInspectionFault('The custom rule has no XML.');
  if (isCut(text)) throw new LogInspectionFault('The base64 of the custom rule ends in the middle.');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new LogInspectionFault('The XML of a custom rule must be encoded in base64.');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > xmlBytesMax) throw tooLong();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new LogInspectionFault('The XML of a custom rule must be UTF-8.');
  }
}

/** Whether it is base64 of which the end is missing. */
export const isCut = (sent: unknown): boolean =>
  typeof sent === 'string' && /^[A-Za-z0-9+/]+$/.test(sent) && sent.length % 4 !== 0;

const tooLong = () => new LogInspectionFault('The XML of a custom rule may have at most 1 MB.');

/**
 * Reads OSSEC's dialect of XML as agents read it: several roots, `\<` for a literal `<`, bare `&`, comments that XML forbids, and
 * `<var name="X">…</var>` at the top whose value stands for `$X`.
 * @throws LogInspectionFault with line and column
 */
export function readLogRuleXml(xml: string): { readonly roots: LogRuleElement[]; readonly dialect: LogRuleDialect } {
  const { roots, dialect } = parse(xml);
  const variables = new Map<string, string>();
  for (const root of roots) if (root.name === 'var') variables.set(variableName(root), root.text);
  const others = roots.filter(({ name }) => name !== 'var');
  return { roots: variables.size === 0 ? others : others.map((root) => fillIn(root, variables)), dialect };
}

type OpenElement = LogRuleElement & { children: LogRuleElement[]; text: string; to: number };

function parse(xml: string): { roots: LogRuleElement[]; dialect: LogRuleDialect } {
  const roots: LogRuleElement[] = [];
  let dialect: LogRuleDialect = 'ossec';
  const open: OpenElement[] = [];
  let elements = 0;
  let startedAt: LogInspectionPlace = { line: 1, column: 1 };
  let from = 0;
  const source = disguiseLogRuleXml(xml);
  const parser = new SaxesParser({ fragment: true, xmlns: false });
  const here = (): LogInspectionPlace => ({ line: parser.line, column: Math.max(1, parser.columnIndex) });
  const refuse = (sentence: string, place = here()): never => {
    throw new LogInspectionFault(sentence, place);
  };
  parser.on('error', ({ message }) => {
    const text = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    refuse(text.includes('doctype') ? 'A document type is not allowed.' : `The XML is not well-formed: ${text}.`);
  });
  parser.on('processinginstruction', ({ target, body }) => {
    if (target !== 'sakimori') return;
    if (`<?${target} ${body.trim()}?>` !== logRuleMark)
      refuse('The text is written in a language that agents do not read.');
    dialect = 'sakimori';
  });
  parser.on('opentagstart', () => {
    startedAt = here();
    from = source.lastIndexOf('<', parser.position - 1);
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (++elements > elementsMax) refuse(`There are more than ${elementsMax} elements.`, startedAt);
    if (open.length >= depthMax) refuse('The elements are nested too deeply.', startedAt);
    open.push({
      name: name.toLowerCase(),
      place: startedAt,
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [key.toLowerCase(), restore(String(value))]),
      ),
      children: [],
      text: '',
      from,
      to: source.length,
    });
  });
  const take = (text: string) => {
    const parent = open.at(-1);
    if (parent) parent.text += text;
    else if (text.trim() !== '') refuse('There is text outside of any element.');
  };
  parser.on('text', (text) => take(restore(text)));
  parser.on('cdata', take);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed) closed.to = parser.position;
    if (closed) (open.at(-1)?.children ?? roots).push(closed);
  });
  parser.write(source).close();
  return { roots, dialect };
}

/** Private characters that stand, one for one, for what XML would stumble over; so every place stays what it was. */
const escapedLess = '\uE000';
const bareAmpersand = '\uE001';
const commented = '\uE002';

/** The text with comments, `\<` and bare `&` made harmless, of the same length. */
const disguiseLogRuleXml = (xml: string): string =>
  xml
    .replaceAll(/[\uE000-\uE002]/g, ' ')
    .replaceAll(/<!--[\s\S]*?-->/g, (comment) => comment.replaceAll(/[^\n]/g, commented))
    .replaceAll('\\<', `\\${escapedLess}`)
    .replaceAll(/&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/g, bareAmpersand);

const restore = (text: string): string =>
  text.replaceAll(escapedLess, '<').replaceAll(bareAmpersand, '&').replaceAll(commented, '');

function variableName(element: LogRuleElement): string {
  const name = element.attributes['name'];
  if (!name || !/^\w+$/.test(name))
    throw new LogInspectionFault('`<var>` needs a name of letters, digits and `_`.', element.place);
  return name;
}

function fillIn(element: LogRuleElement, variables: ReadonlyMap<string, string>): LogRuleElement {
  const fill = (text: string) =>
    text.replaceAll(/(?<!\\)\$([A-Za-z_]\w*)/g, (whole, word: string) => {
      for (let length = word.length; length > 0; length--) {
        const value = variables.get(word.slice(0, length));
        if (value !== undefined) return value + word.slice(length);
      }
      throw new LogInspectionFault(`There is no variable for \`${whole}\`.`, element.place);
    });
  return {
    ...element,
    text: fill(element.text),
    attributes: Object.fromEntries(Object.entries(element.attributes).map(([name, value]) => [name, fill(value)])),
    children: element.children.map((child) => fillIn(child, variables)),
  };
}
