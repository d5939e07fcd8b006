import { posix } from 'node:path';
import { SaxesParser } from 'saxes';
import { Archive, XlsxFault, xlsxBytesMax } from './archive.ts';

/** What stands in one cell. Formulas are never computed, and what another program computed is not believed either. */
export type XlsxCell =
  | XlsxValue
  | { readonly kind: 'formula'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string };
export type XlsxValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string; readonly number: number }
  | { readonly kind: 'boolean'; readonly text: string; readonly boolean: boolean };

export type XlsxSheet = {
  readonly name: string;
  /** By its name in Excel (`B7`); empty cells are not there. */
  readonly cells: ReadonlyMap<string, XlsxCell>;
  /** The last row with a value; 0 where there is none. */
  readonly lastRow: number;
};

export type XlsxBook = {
  readonly sheets: readonly XlsxSheet[];
  /** Whether numbers of days count from 1904 (old Excel for Mac). */
  readonly from1904: boolean;
};

const sheetsMax = 64;
const cellsMax = 100_000;
const rowsMax = 20_000;
const columnsMax = 512;
/** Characters of one cell; Excel itself allows no more (ECMA-376, 18.18). */
const textMax = 32_767;
const textsMax = 200_000;

/**
 * Reads a workbook somebody sent. Only the values of cells are taken: no macros, links, pictures or names.
 * @throws XlsxFault
 */
export function readXlsx(file: Uint8Array): XlsxBook {
  if (file.byteLength > xlsxBytesMax) throw new XlsxFault('tooLarge', `${file.byteLength} bytes`);
  checkOpening(file);
  const archive = new Archive(file);
  if (archive.names().some((name) => /vbaproject\.bin$|(^|\/)macrosheets\//.test(name)))
    throw new XlsxFault('macros', 'a VBA project or macro sheet');
  const book = mainPart(archive);
  const { names, from1904 } = readBook(textOf(archive, book));
  const links = relations(archive, book);
  const texts = [...links.values()].find(({ type }) => type === 'sharedStrings');
  const shared = texts ? readTexts(textOf(archive, texts.part)) : [];
  let room = cellsMax;
  const sheets = names.map(({ name, link }): XlsxSheet => {
    const part = links.get(link);
    if (!part) throw new XlsxFault('damaged', `the sheet ${name} has no part`);
    const read = part.type === 'worksheet' ? readSheet(textOf(archive, part.part), shared, room) : { cells: new Map() };
    room -= read.cells.size;
    const lastRow = Math.max(0, ...[...read.cells.keys()].map((cell) => Number(cell.replace(/^[A-Z]+/, ''))));
    return { name, cells: read.cells, lastRow };
  });
  return { sheets, from1904 };
}

/** What a file is, by its first bytes: encrypted workbooks are compound files, as those of old Excel are ([MS-OFFCRYPTO] 2.3.4.4). */
function checkOpening(file: Uint8Array): void {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1') {
    const isEncrypted = bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    throw new XlsxFault(isEncrypted ? 'password' : 'oldFormat', 'a compound file');
  }
  if (bytes.length < 22 || bytes.readUInt16LE(0) !== 0x4b50) throw new XlsxFault('notXlsx', 'no ZIP archive');
}

/** Where the workbook lies (ECMA-376 part 2, 9.3). A workbook with macros is known by its type, too. */
function mainPart(archive: Archive): string {
  const [main] = [...relations(archive, '').values()].filter(({ type }) => type === 'officeDocument');
  const part = main?.part ?? 'xl/workbook.xml';
  const types = archive.read('[Content_Types].xml');
  if (!types || !archive.names().includes(part.toLowerCase()))
    throw new XlsxFault('notXlsx', 'an archive without a workbook');
  let type = '';
  parse(decode(types, '[Content_Types].xml'), {
    open: (name, attribute) => {
      const isOurs = attribute('PartName')?.toLowerCase() === `/${part}`.toLowerCase();
      if (name === 'Override' && isOurs) type = attribute('ContentType') ?? '';
    },
  });
  if (type.includes('macroEnabled')) throw new XlsxFault('macros', type);
  if (type !== '' && !type.includes('spreadsheetml')) throw new XlsxFault('notXlsx', type);
  return part;
}

/** What a part refers to, by the id of the reference. What lies outside of the file is left out: it is never fetched. */
function relations(archive: Archive, part: string): Map<string, { type: string; part: string }> {
  const folder = posix.dirname(part);
  const file = archive.read(posix.join(folder, '_rels', `${posix.basename(part)}.rels`));
  const found = new Map<string, { type: string; part: string }>();
  if (!file) return found;
  parse(decode(file, `${part}.rels`), {
    open: (name, attribute) => {
      const [id, target] = [attribute('Id'), attribute('Target')];
      if (name !== 'Relationship' || !id || !target || attribute('TargetMode') === 'External') return;
      const type = (attribute('Type') ?? '').replace(/^.*\//, '');
      const place = target.startsWith('/') ? target.slice(1) : posix.normalize(posix.join(folder, target));
      found.set(id, { type, part: place });
    },
  });
  return found;
}

function readBook(xml: string): { names: { name: string; link: string }[]; from1904: boolean } {
  const names: { name: string; link: string }[] = [];
  let from1904 = false;
  parse(xml, {
    open: (element, attribute) => {
      if (element === 'workbookPr') from1904 = isTrue(attribute('date1904'));
      if (element === 'sheet') names.push({ name: attribute('name') ?? '', link: attribute('id') ?? '' });
    },
  });
  if (names.length > sheetsMax) throw new XlsxFault('tooManyCells', `${names.length} sheets`);
  return { names, from1904 };
}

const isTrue = (text: string | undefined): boolean => text === '1' || text === 'true';

/** Texts that cells share. How a text is read aloud (`rPh`, フリガナ) is no part of it. */
function readTexts(xml: string): string[] {
  const texts: string[] = [];
  let [text, isText, isReading] = ['', false, false];
  parse(xml, {
    open: (element) => {
      if (element === 'si') text = '';
      if (element === 'rPh') isReading = true;
      if (element === 't') isText = !isReading;
    },
    text: (part) => {
      if (isText) text += part;
    },
    close: (element) => {
      if (element === 't') isText = false;
      if (element === 'rPh') isReading = false;
      if (element !== 'si') return;
      texts.push(unescaped(text));
      if (texts.length > textsMax) throw new XlsxFault('tooManyCells', 'shared texts');
    },
  });
  return texts;
}

/** `_x000D_` is a carriage return (ECMA-376 part 1, 22.4.2.4). */
const unescaped = (text: string): string =>
  text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

function readSheet(xml: string, shared: readonly string[], room: number): { cells: Map<string, XlsxCell> } {
  const cells = new Map<string, XlsxCell>();
  let [row, column, type, value] = [0, 0, 'n', ''];
  let [isFormula, isValue, isReading] = [false, false, false];
  parse(xml, {
    open: (element, attribute) => {
      if (element === 'row') {
        row = Number(attribute('r') ?? row + 1);
        column = 0;
      } else if (element === 'c') {
        const place = /^([A-Z]{1,3})(\d{1,7})$/.exec(attribute('r') ?? '');
        column = place ? numberOfColumn(place[1]!) : column + 1;
        if (place) row = Number(place[2]);
        [type, value, isFormula] = [attribute('t') ?? 'n', '', false];
      } else if (element === 'f') isFormula = true;
      else if (element === 'rPh') isReading = true;
      else if (element === 'v' || element === 't') isValue = !isReading;
    },
    text: (part) => {
      if (isValue) value += part;
    },
    close: (element) => {
      if (element === 'v' || element === 't') isValue = false;
      else if (element === 'rPh') isReading = false;
      if (element !== 'c') return;
      const cell = toCell(type, value, isFormula, shared);
      if (!cell) return;
      if (!(row >= 1 && row <= rowsMax) || column > columnsMax || cells.size >= room)
        throw new XlsxFault('tooManyCells', `row ${row}, column ${column}`);
      cells.set(nameOfCell(column, row), cell);
    },
  });
  return { cells };
}

function toCell(type: string, value: string, isFormula: boolean, shared: readonly string[]): XlsxCell | undefined {
  if (isFormula) return { kind: 'formula', text: value.slice(0, textMax) };
  if (value === '') return undefined;
  if (type === 'e') return { kind: 'error', text: value.slice(0, 40) };
  if (type === 'b') return { kind: 'boolean', text: isTrue(value) ? 'TRUE' : 'FALSE', boolean: isTrue(value) };
  if (type === 'n') {
    const number = Number(value);
    if (!Number.isFinite(number)) throw new XlsxFault('damaged', 'a number that is none');
    return { kind: 'number', text: String(number), number };
  }
  const text = type === 's' ? shared[Number(value)] : unescaped(value);
  if (text === undefined) throw new XlsxFault('damaged', 'a shared text that is not there');
  if (text.length > textMax) throw new XlsxFault('damaged', 'a text longer than a cell holds');
  return text.trim() === '' ? undefined : { kind: 'text', text };
}

const numberOfColumn = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

/** `columnOfCell('B7')` is 2, `rowOfCell('B7')` is 7. */
export const columnOfCell = (cell: string): number => numberOfColumn(cell.replace(/\d+$/, ''));
export const rowOfCell = (cell: string): number => Number(cell.replace(/^[A-Z]+/, ''));

/** `nameOfCell(2, 7)` is B7. */
export function nameOfCell(column: number, row: number): string {
  let letters = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `${letters}${row}`;
}

function textOf(archive: Archive, part: string): string {
  const data = archive.read(part);
  if (!data) throw new XlsxFault('damaged', `${part} is not there`);
  return decode(data, part);
}

/** Parts are in UTF-8 or UTF-16 (ECMA-376 part 2, 8.1.3.2); some programs write what the declaration says, as Shift_JIS. */
function decode(data: Buffer, part: string): string {
  const mark = data.subarray(0, 2).toString('hex');
  const declared = /^[^>]{0,100}?encoding\s*=\s*["']([\w.-]{1,40})["']/.exec(data.toString('latin1', 0, 140))?.[1];
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : (declared ?? 'utf-8');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(data);
  } catch {
    throw new XlsxFault('damaged', `${part} is not in ${encoding}`);
  }
}

type Handlers = {
  readonly open: (element: string, attribute: (name: string) => string | undefined) => void;
  readonly close?: (element: string) => void;
  readonly text?: (text: string) => void;
};

/** Elements and attributes by their local names: their prefixes and namespaces differ between the editions of the standard. */
function parse(xml: string, handlers: Handlers): void {
  const parser = new SaxesParser({ xmlns: true });
  parser.on('doctype', () => {
    throw new XlsxFault('damaged', 'a part declares a document type');
  });
  parser.on('error', (error) => {
    throw new XlsxFault('damaged', error.message.slice(0, 200));
  });
  parser.on('opentag', ({ local, attributes }) => {
    handlers.open(local, (name) => Object.values(attributes).find((one) => one.local === name)?.value);
  });
  parser.on('closetag', ({ local }) => handlers.close?.(local));
  parser.on('text', (text) => handlers.text?.(text));
  parser.on('cdata', (text) => handlers.text?.(text));
  parser.write(xml).close();
}
