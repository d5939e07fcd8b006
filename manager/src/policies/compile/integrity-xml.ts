import { SaxesParser } from 'saxes';
import { IntegrityRuleFault, type Place } from './integrity-fault.ts';

/** An element of a rule's XML. Attribute names are as written. */
export type RuleElement = {
  readonly name: string;
  readonly place: Place;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly RuleElement[];
};

/** Bytes of a rule's XML. Real ones have a few thousand. */
export const ruleXmlBytesMax = 1_000_000;
const depthMax = 8;

/** @throws IntegrityRuleFault where it is no base64, no UTF-8, or longer than 1 MB */
export function decodeRuleXml(base64: string): string {
  if (base64.length > ruleXmlBytesMax * 1.5) throw tooLong();
  const text = base64.replaceAll(/\s/g, '');
  if (text === '') throw new IntegrityRuleFault('The custom rule has no XML.');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    throw new IntegrityRuleFault('The XML of a custom rule must be encoded in base64.');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > ruleXmlBytesMax) throw tooLong();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new IntegrityRuleFault('The XML of a custom rule must be UTF-8.');
  }
}

const tooLong = () => new IntegrityRuleFault('The XML of a custom rule may have at most 1 MB.');

/**
 * Reads a rule: one or more elements. Document types and with them entities of one's own are refused, so that nothing grows and nothing is fetched.
 * @throws IntegrityRuleFault with line and column
 */
export function readRuleXml(xml: string): RuleElement[] {
  const roots: RuleElement[] = [];
  const open: (RuleElement & { children: RuleElement[] })[] = [];
  let startedAt: Place = { line: 1, column: 1 };
  const parser = new SaxesParser({ fragment: true, xmlns: false });
  const here = (): Place => ({ line: parser.line, column: Math.max(1, parser.columnIndex) });
  parser.on('error', (error) => {
    const text = error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    // In a fragment the parser knows no document type, wherever it stands.
    if (text.includes('doctype')) throw new IntegrityRuleFault('A document type is not allowed.', here());
    throw new IntegrityRuleFault(`The XML is not well-formed: ${text}.`, here());
  });
  parser.on('opentagstart', () => {
    startedAt = here();
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= depthMax) throw new IntegrityRuleFault('The elements are nested too deeply.', startedAt);
    open.push({ name, place: startedAt, attributes: { ...attributes }, children: [] });
  });
  const refuseText = (text: string) => {
    if (text.trim() !== '') throw new IntegrityRuleFault('There is text where only elements may be.', here());
  };
  parser.on('text', refuseText);
  parser.on('cdata', refuseText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed) (open.at(-1)?.children ?? roots).push(closed);
  });
  parser.write(withoutDeclaration(xml)).close();
  if (roots.length === 0) throw new IntegrityRuleFault('The XML has no element.', { line: 1, column: 1 });
  return roots;
}

/** A rule is a fragment, in which the parser wants no declaration; blanks keep every place what it was. */
const withoutDeclaration = (xml: string): string =>
  xml.replace(/^\uFEFF?<\?xml\s[^>]*\?>/, (declaration) => declaration.replaceAll(/[^\n]/g, ' '));
