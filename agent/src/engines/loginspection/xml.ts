import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type Place, RuleFileFault } from './fault.ts';

/** A rule or decoder file as it comes with the policy. */
export interface XmlFile {
  readonly name: string;
  readonly xml: string;
}

/**
 * What a file is written for. `ossec`: every file that does not say otherwise means what it means to OSSEC 4.x, to the letter. `sakimori`: a file
 * with `<?sakimori language="1"?>` at its head, as all that we ship; `frequency` counts as written.
 */
export type Dialect = 'ossec' | 'sakimori';

/** A file that has been read. */
export interface XmlDocument {
  readonly elements: readonly XmlElement[];
  readonly dialect: Dialect;
}

/** An element of such a file. Names are lower case, since OSSEC ignores their case. */
export interface XmlElement {
  readonly name: string;
  readonly place: Place;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in it, variables filled in, spaces kept: they count in patterns. */
  readonly text: string;
}

const depthMax = 8;
const elementsMax = 100_000;
/** Characters of one file; OSSEC's largest has some 160,000. */
const charsMax = 4_000_000;

/**
 * Reads OSSEC's dialect of XML: several roots, `\<` for a literal `<`, bare `&`, comments that XML forbids, and `<var name="X">…</var>` at
 * the top whose value replaces `$X` in every text and attribute of the file.
 *
 * @throws RuleFileFault with line and column.
 */
export function readXml(file: XmlFile): XmlDocument {
  const { roots, dialect } = parse(file);
  const variables = new Map<string, string>();
  for (const root of roots) if (root.name === 'var') variables.set(variableName(root), root.text);
  const elements = roots.filter((root) => root.name !== 'var');
  return { elements: variables.size === 0 ? elements : elements.map((root) => fillIn(root, variables)), dialect };
}

interface OpenElement extends XmlElement {
  children: XmlElement[];
  text: string;
}

function parse(file: XmlFile): { roots: XmlElement[]; dialect: Dialect } {
  if (file.xml.length > charsMax)
    throw new RuleFileFault({ file: file.name, line: 1, column: 1 }, `longer than ${charsMax} characters`);
  const roots: XmlElement[] = [];
  let dialect: Dialect = 'ossec';
  const open: OpenElement[] = [];
  let elements = 0;
  let startedAt: Place = { file: file.name, line: 1, column: 1 };
  const parser = new SaxesParser({ fragment: true, xmlns: false });
  const here = (): Place => ({ file: file.name, line: parser.line, column: parser.columnIndex });
  parser.on('error', (error) => {
    throw new RuleFileFault(here(), `not well-formed: ${error.message.replace(/^\d+:\d+: /, '')}`);
  });
  parser.on('doctype', () => {
    throw new RuleFileFault(here(), 'a document type is not allowed');
  });
  parser.on('processinginstruction', ({ target, body }) => {
    if (target !== 'sakimori') return;
    if (body.trim() !== 'language="1"')
      throw new RuleFileFault(here(), `\`<?sakimori ${body.trim()}?>\` is no language that this agent reads`);
    dialect = 'sakimori';
  });
  parser.on('opentagstart', () => {
    startedAt = here();
  });
  parser.on('opentag', (tag: SaxesTagPlain) => {
    if (++elements > elementsMax) throw new RuleFileFault(startedAt, `more than ${elementsMax} elements`);
    if (open.length >= depthMax) throw new RuleFileFault(startedAt, 'elements are nested too deeply');
    const attributes = Object.fromEntries(
      Object.entries(tag.attributes).map(([name, value]) => [name.toLowerCase(), restore(value)]),
    );
    open.push({ name: tag.name.toLowerCase(), place: startedAt, attributes, children: [], text: '' });
  });
  parser.on('text', (text) => {
    const parent = open.at(-1);
    if (parent) parent.text += restore(text);
    else if (restore(text).trim() !== '') throw new RuleFileFault(here(), 'text outside of any element');
  });
  parser.on('cdata', (text) => {
    const parent = open.at(-1);
    if (parent) parent.text += text;
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed) (open.at(-1)?.children ?? roots).push(closed);
  });
  parser.write(disguise(file)).close();
  return { roots, dialect };
}

/** Private characters that stand, one for one, for what XML would stumble over; so every place stays what it was. */
const escapedLess = '\uE000';
const bareAmpersand = '\uE001';
const commented = '\uE002';

function disguise(file: XmlFile): string {
  return file.xml
    .replaceAll(/[\uE000-\uE002]/g, ' ')
    .replaceAll(/<!--[\s\S]*?-->/g, (comment) => comment.replaceAll(/[^\n]/g, commented))
    .replaceAll('\\<', `\\${escapedLess}`)
    .replaceAll(/&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/g, bareAmpersand);
}

const restore = (text: string) =>
  text.replaceAll(escapedLess, '<').replaceAll(bareAmpersand, '&').replaceAll(commented, '');

function variableName(element: XmlElement): string {
  const name = element.attributes['name'];
  if (!name || !/^\w+$/.test(name))
    throw new RuleFileFault(element.place, '`<var>` needs a name of letters, digits and `_`');
  return name;
}

function fillIn(element: XmlElement, variables: ReadonlyMap<string, string>): XmlElement {
  const fill = (text: string) => fillText(text, variables, element.place);
  return {
    ...element,
    text: fill(element.text),
    attributes: Object.fromEntries(Object.entries(element.attributes).map(([name, value]) => [name, fill(value)])),
    children: element.children.map((child) => fillIn(child, variables)),
  };
}

/** A `$` before a name is a variable; before anything else, and after a backslash, it is the end of the text in a pattern. */
function fillText(text: string, variables: ReadonlyMap<string, string>, place: Place): string {
  return text.replaceAll(/(?<!\\)\$([A-Za-z_]\w*)/g, (whole, word: string) => {
    for (let length = word.length; length > 0; length--) {
      const value = variables.get(word.slice(0, length));
      if (value !== undefined) return value + word.slice(length);
    }
    throw new RuleFileFault(place, `no variable for \`${whole}\``);
  });
}

/** The text of a child as a whole number, or a fault that names the element. */
export function wholeNumber(text: string, place: Place, what: string): number {
  if (!/^\s*\d{1,9}\s*$/.test(text))
    throw new RuleFileFault(place, `${what} must be a whole number, not \`${text.trim()}\``);
  return Number(text);
}

/** What a file is written for, from its head alone. */
export const dialectOf = (file: XmlFile): Dialect =>
  /<\?sakimori\s/.test(file.xml.slice(0, 2000)) ? 'sakimori' : 'ossec';
