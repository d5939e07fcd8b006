import { Pdf, PdfDictionary, PdfReference, type PdfValue } from './pdf-reader.ts';

/** An element of the structure tree, with the marked content that it holds as `page number:mark`. */
type Element = {
  readonly type: string;
  readonly of: PdfDictionary;
  readonly children: readonly Element[];
  readonly marks: readonly string[];
  readonly annotations: readonly number[];
};

/**
 * What PDF/UA-1 (ISO 14289-1) asks of a document and a program can decide, read out of the file by a reader of our own.
 * @returns what it lacks, a line each; nothing where there is no fault
 * @throws Error where the file cannot be read
 */
export function faultsOf(content: Buffer): string[] {
  const pdf = new Pdf(content);
  const elements = all(treeOf(pdf));
  return [
    ...documentFaults(pdf),
    ...fontFaults(pdf),
    ...figureFaults(pdf, elements),
    ...tableFaults(pdf, elements),
    ...headingFaults(elements),
    ...paintFaults(pdf, elements),
    ...linkFaults(pdf, elements),
  ];
}

/** What a screen reader is told in place of each chart and picture. */
export function altTextsOf(content: Buffer): string[] {
  const pdf = new Pdf(content);
  return figures(all(treeOf(pdf))).map(({ of }) => pdf.textOf(of.get('/Alt')));
}

function readElement(pdf: Pdf, node: PdfValue | undefined): Element {
  const of = pdf.dictionary(node);
  const [children, marks, annotations]: [Element[], string[], number[]] = [[], [], []];
  const pageOf = (given: PdfDictionary) => (given.get('/Pg') as PdfReference).number;
  for (const kid of pdf.list(of.get('/K'))) {
    const found = pdf.resolve(kid);
    if (typeof found === 'number') marks.push(`${pageOf(of)}:${found}`);
    else if (!(found instanceof PdfDictionary)) throw new Error(`a child is ${String(found)}`);
    else if (found.get('/Type') === '/OBJR') annotations.push((found.get('/Obj') as PdfReference).number);
    else if (found.get('/Type') === '/MCR')
      marks.push(`${pageOf(found.has('/Pg') ? found : of)}:${found.get('/MCID')}`);
    else children.push(readElement(pdf, kid));
  }
  return { type: String(of.get('/S')), of, children, marks, annotations };
}
function treeOf(pdf: Pdf): Element {
  const root = pdf.dictionary(pdf.catalog.get('/StructTreeRoot'));
  const [document, ...others] = pdf.list(root.get('/K'));
  if (others.length > 0) throw new Error('more than one root of the structure');
  return readElement(pdf, document);
}
const all = (element: Element): Element[] => [element, ...element.children.flatMap(all)];
const figures = (elements: readonly Element[]) => elements.filter(({ type }) => type === '/Figure');

function documentFaults(pdf: Pdf): string[] {
  const { catalog } = pdf;
  const metadata = pdf.stream(catalog.get('/Metadata')).toString('utf8');
  const flag = (of: string, name: string) => pdf.dictionary(catalog.get(of)).get(name) === true;
  return [
    pdf.textOf(catalog.get('/Lang')) === '' && 'no language',
    !flag('/MarkInfo', '/Marked') && 'not tagged',
    !flag('/ViewerPreferences', '/DisplayDocTitle') && 'the title is not shown',
    !/<dc:title><rdf:Alt><rdf:li xml:lang="x-default">[^<]+</.test(metadata) && 'no title',
    !/<pdfuaid:part>1<\/pdfuaid:part>/.test(metadata) && 'does not say that it is PDF/UA-1',
  ].filter((fault) => fault !== false);
}

function fontFaults(pdf: Pdf): string[] {
  const objects = pdf.numbers
    .map((number) => pdf.resolve(new PdfReference(number)))
    .filter((value) => value instanceof PdfDictionary);
  const typed = (type: string) => objects.filter((given) => given.get('/Type') === type);
  const faults: string[] = [];
  for (const font of typed('/FontDescriptor'))
    if (!font.has('/FontFile2') && !font.has('/FontFile3')) faults.push(`not embedded: ${font.get('/FontName')}`);
  for (const font of typed('/Font').filter((given) => given.get('/Subtype') === '/Type0'))
    if (!font.has('/ToUnicode') || !/beginbf(char|range)/.test(pdf.stream(font.get('/ToUnicode')).toString('latin1')))
      faults.push(`no way back to characters: ${font.get('/BaseFont')}`);
  for (const given of objects)
    for (const key of ['/JS', '/OpenAction', '/AA', '/EmbeddedFiles']) if (given.has(key)) faults.push(`it has ${key}`);
  return faults;
}

const figureFaults = (pdf: Pdf, elements: readonly Element[]): string[] =>
  figures(elements).flatMap(({ of }) => (pdf.textOf(of.get('/Alt')).trim() ? [] : ['a figure without words']));

function tableFaults(pdf: Pdf, elements: readonly Element[]): string[] {
  const faults: string[] = [];
  for (const table of elements.filter(({ type }) => type === '/Table')) {
    const cells = all(table).filter(({ type }) => type === '/TH');
    if (cells.length === 0) faults.push('a table without heads');
    for (const { of } of cells)
      if (!pdf.list(of.get('/A')).some((given) => pdf.dictionary(given).has('/Scope')))
        faults.push('a head of a table that does not say of what');
  }
  for (const row of elements.filter(({ type }) => type === '/TR'))
    if (row.children.some(({ type }) => type !== '/TH' && type !== '/TD')) faults.push('a row of other than cells');
  return faults;
}

function headingFaults(elements: readonly Element[]): string[] {
  const levels = elements.flatMap(({ type }) => (/^\/H\d$/.test(type) ? [Number(type.slice(2))] : []));
  const steps = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
  return [
    ...(levels.length === 0 ? ['no headings'] : []),
    ...steps.map((level) => `a step is left out before H${level}`),
  ];
}

const paints = new Set(['Tj', 'TJ', "'", '"', 'S', 's', 'f', 'F', 'f*', 'B', 'B*', 'b', 'b*', 'Do', 'sh']);

/** All that is painted is read out once, at its place in the structure, or marked as ornament. */
function paintFaults(pdf: Pdf, elements: readonly Element[]): string[] {
  const faults: string[] = [];
  const painted: string[] = [];
  for (const { reference, page } of pdf.pages()) {
    let depth = 0;
    for (const { operator, operands } of pdf.operationsOf(page)) {
      if (operator === 'BDC' || operator === 'BMC') depth += 1;
      if (operator === 'EMC') depth -= 1;
      const facts = operator === 'BDC' ? operands[1] : undefined;
      if (facts instanceof PdfDictionary && facts.has('/MCID'))
        painted.push(`${reference.number}:${facts.get('/MCID')}`);
      if (paints.has(operator) && depth < 1) faults.push(`${operator} stands outside of what is marked`);
    }
    if (depth !== 0) faults.push('a mark is not closed');
  }
  const read = elements.flatMap(({ marks }) => marks);
  if (read.toSorted().join() !== painted.toSorted().join()) faults.push('what is painted is not what is read out');
  return faults;
}

function linkFaults(pdf: Pdf, elements: readonly Element[]): string[] {
  const faults: string[] = [];
  const told = new Set(elements.filter(({ type }) => type === '/Link').flatMap(({ annotations }) => annotations));
  for (const { page } of pdf.pages()) {
    const annotations = pdf.list(page.get('/Annots')) as readonly PdfReference[];
    if (annotations.length > 0 && page.get('/Tabs') !== '/S') faults.push('keys do not follow the structure');
    for (const annotation of annotations) {
      if (pdf.textOf(pdf.dictionary(annotation).get('/Contents')) === '') faults.push('a link without words');
      if (!told.has(annotation.number)) faults.push('a link that is not read out');
    }
  }
  return faults;
}
