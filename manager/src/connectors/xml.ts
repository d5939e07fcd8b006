import { SaxesParser } from 'saxes';

/** An element of a reply. Attributes are not kept: the services that answer in XML put nothing there. */
export type XmlElement = { readonly name: string; text: string; readonly children: XmlElement[] };

const depthMax = 40;
/** A page of 500 instances has some 125,000. */
const elementsMax = 500_000;
const textMax = 4096;

/**
 * Reads a document. A document type is refused at once, so no entity can be declared and none expanded; depth and number are bounded.
 * @throws Error without text of the document
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  parser.on('error', () => refuse('not well formed'));
  parser.on('doctype', () => refuse('a document type'));
  parser.on('opentag', ({ name }) => {
    count += 1;
    if (open.length >= depthMax || count > elementsMax) refuse('too deep or too many');
    const element: XmlElement = { name, text: '', children: [] };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (piece: string): void => {
    const here = open.at(-1);
    if (here && here.text.length < textMax) here.text += piece.slice(0, textMax);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  if (!root) refuse('empty');
  return root!;
}

function refuse(why: string): never {
  throw new Error(`The XML is refused: ${why}.`);
}

/** The first descendant along the path of names. */
export function elementAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let here = element;
  for (const name of path) here = here?.children.find((child) => child.name === name);
  return here;
}

/** The trimmed text at a path; undefined where it is missing or empty. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  return elementAt(element, ...path)?.text.trim() || undefined;
}

/** The members of a list as EC2 writes it: `<set><item>…</item></set>`. */
export function itemsAt(element: XmlElement | undefined, ...path: readonly string[]): readonly XmlElement[] {
  return elementAt(element, ...path)?.children.filter(({ name }) => name === 'item' || name === 'member') ?? [];
}
