import { nameOfCell } from './reader.ts';
import { xmlText } from './xml-text.ts';
import { zip } from './zip.ts';

/** How a cell looks, and whether it may be filled in. */
export const cellStyles = [
  ...['plain', 'title', 'lead', 'caution', 'head', 'label', 'number', 'hint', 'free', 'input', 'inputNeeded'],
  ...['numeric', 'numericNeeded', 'date', 'dateNeeded', 'time', 'timeNeeded', 'value', 'good', 'warn', 'link', 'fact'],
] as const;
export type CellStyle = (typeof cellStyles)[number];

export type WrittenCell = { readonly value?: string | number; readonly style?: CellStyle };
export type Validation = {
  /** `D8:D207`. */
  readonly cells: string;
  readonly prompt?: string | undefined;
  readonly error: string;
} & (
  | { readonly kind: 'list'; readonly source: string }
  | { readonly kind: 'decimal'; readonly min: number; readonly max: number }
  | { readonly kind: 'date' }
  | { readonly kind: 'length'; readonly max: number }
);
export type WrittenSheet = {
  readonly name: string;
  readonly columns: readonly { readonly width: number; readonly hidden?: boolean; readonly style?: CellStyle }[];
  /** By row number, from 1. */
  readonly rows: ReadonlyMap<
    number,
    {
      readonly height?: number | undefined;
      readonly hidden?: boolean;
      readonly cells: ReadonlyMap<number, WrittenCell>;
    }
  >;
  readonly merged?: readonly string[];
  /** The first cell that scrolls. */
  readonly frozen?: string;
  /** Rows that head every printed page. */
  readonly printTitle?: readonly [from: number, to: number];
  readonly validations?: readonly Validation[];
  readonly links?: readonly { readonly cell: string; readonly to: string }[];
  /** Only cells for input may be changed. There is no password: it guards against slips. */
  readonly isGuarded?: boolean;
  readonly tab?: string;
  readonly footer?: string;
  readonly isHidden?: boolean;
};

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A workbook for people (ECMA-376): Japanese fonts, frozen heads, choices, print set to A4. It holds no formula. */
export function writeWorkbook(sheets: readonly WrittenSheet[], title: string): Buffer {
  const part = (index: number) => `xl/worksheets/sheet${index + 1}.xml`;
  const parts: [string, string][] = [
    [
      '[Content_Types].xml',
      `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>${sheets.map((_, index) => `<Override PartName="/${part(index)}" ContentType="${type}.worksheet+xml"/>`).join('')}</Types>`,
    ],
    [
      '_rels/.rels',
      `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="${packaged}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`,
    ],
    [
      'docProps/core.xml',
      `<cp:coreProperties xmlns:cp="${packaged}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${xmlText(title)}</dc:title><dc:creator>Sakimori</dc:creator></cp:coreProperties>`,
    ],
    [
      'xl/workbook.xml',
      `<workbook xmlns="${main}" xmlns:r="${relations}"><bookViews><workbookView xWindow="0" yWindow="0" windowWidth="24000" windowHeight="13000" tabRatio="850"/></bookViews><sheets>${sheets.map(({ name, isHidden }, index) => `<sheet name="${xmlText(name)}" sheetId="${index + 1}"${isHidden ? ' state="veryHidden"' : ''} r:id="rId${index + 1}"/>`).join('')}</sheets>${printTitles(sheets)}</workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${packaged}/relationships">${sheets.map((_, index) => `<Relationship Id="rId${index + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`).join('')}<Relationship Id="rId${sheets.length + 1}" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    ],
    ['xl/styles.xml', styles()],
    ...sheets.map((sheet, index): [string, string] => [part(index), sheetXml(sheet, index === 0)]),
  ];
  return zip(
    parts.map(([name, xml]) => [name, Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${xml}`)]),
    true,
  );
}

/** A sheet’s name as it stands in a reference. */
export const quoted = (name: string): string => `'${name.replaceAll("'", "''")}'`;

function printTitles(sheets: readonly WrittenSheet[]): string {
  const names = sheets.flatMap(({ name, printTitle }, index) =>
    printTitle
      ? [
          `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${xmlText(quoted(name))}!$${printTitle[0]}:$${printTitle[1]}</definedName>`,
        ]
      : [],
  );
  return names.length > 0 ? `<definedNames>${names.join('')}</definedNames>` : '';
}

function sheetXml(sheet: WrittenSheet, isFirst: boolean): string {
  const { columns, rows, merged = [], frozen, validations = [], links = [], isGuarded, tab, footer } = sheet;
  const pane = frozen ? paneXml(frozen) : '';
  return [
    `<worksheet xmlns="${main}" xmlns:r="${relations}"><sheetPr>${tab ? `<tabColor rgb="FF${tab}"/>` : ''}<pageSetUpPr fitToPage="1"/></sheetPr>`,
    `<sheetViews><sheetView showGridLines="0"${isFirst ? ' tabSelected="1"' : ''} workbookViewId="0">${pane}</sheetView></sheetViews>`,
    '<sheetFormatPr defaultRowHeight="18.75" customHeight="1"/>',
    `<cols>${columns.map(({ width, hidden, style }, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"${hidden ? ' hidden="1"' : ''}${style ? ` style="${cellStyles.indexOf(style)}"` : ''}/>`).join('')}</cols>`,
    `<sheetData>${[...rows]
      .sort(([a], [b]) => a - b)
      .map(([row, line]) => rowXml(row, line))
      .join('')}</sheetData>`,
    isGuarded
      ? '<sheetProtection sheet="1" objects="1" scenarios="1" formatCells="0" formatColumns="0" formatRows="0" insertRows="0" deleteRows="0" sort="0"/>'
      : '',
    merged.length > 0
      ? `<mergeCells count="${merged.length}">${merged.map((cells) => `<mergeCell ref="${cells}"/>`).join('')}</mergeCells>`
      : '',
    validations.length > 0
      ? `<dataValidations count="${validations.length}">${validations.map(validationXml).join('')}</dataValidations>`
      : '',
    links.length > 0
      ? `<hyperlinks>${links.map(({ cell, to }) => `<hyperlink ref="${cell}" location="${xmlText(to)}"/>`).join('')}</hyperlinks>`
      : '',
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>',
    footer ? `<headerFooter><oddFooter>${xmlText(footer)}</oddFooter></headerFooter>` : '',
    '</worksheet>',
  ].join('');
}

function paneXml(cell: string): string {
  const [, letters = 'A', digits = '1'] = /^([A-Z]+)(\d+)$/.exec(cell) ?? [];
  const left = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  const top = Number(digits) - 1;
  const where = left > 0 ? (top > 0 ? 'bottomRight' : 'topRight') : 'bottomLeft';
  return `<pane${left > 0 ? ` xSplit="${left}"` : ''}${top > 0 ? ` ySplit="${top}"` : ''} topLeftCell="${cell}" activePane="${where}" state="frozen"/><selection pane="${where}" activeCell="${cell}" sqref="${cell}"/>`;
}

type Line = WrittenSheet['rows'] extends ReadonlyMap<number, infer L> ? L : never;

function rowXml(row: number, { height, hidden, cells }: Line): string {
  const size = height ? ` ht="${height}" customHeight="1"` : '';
  const written = [...cells].sort(([a], [b]) => a - b).map(([column, cell]) => cellXml(row, column, cell));
  return `<row r="${row}"${size}${hidden ? ' hidden="1"' : ''}>${written.join('')}</row>`;
}

function cellXml(row: number, column: number, { value, style = 'plain' }: WrittenCell): string {
  const head = `<c r="${nameOfCell(column, row)}" s="${cellStyles.indexOf(style)}"`;
  if (value === undefined) return `${head}/>`;
  if (typeof value === 'number') return `${head}><v>${value}</v></c>`;
  // What looks like an escape is one when it is read: its underscore is escaped itself.
  const text = xmlText(value.replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_'));
  return `${head} t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

/** Excel takes 225 characters of an error and 255 of a prompt. */
function validationXml(validation: Validation): string {
  const { cells, prompt, error } = validation;
  const said = `${prompt ? ` showInputMessage="1" prompt="${xmlText(prompt.slice(0, 250))}"` : ''} showErrorMessage="1" error="${xmlText(error.slice(0, 220))}"`;
  const common = `allowBlank="1"${said} sqref="${cells}"`;
  switch (validation.kind) {
    case 'list':
      return `<dataValidation type="list" ${common}><formula1>${xmlText(validation.source)}</formula1></dataValidation>`;
    case 'decimal':
      return `<dataValidation type="decimal" operator="between" ${common}><formula1>${validation.min}</formula1><formula2>${validation.max}</formula2></dataValidation>`;
    case 'date':
      return `<dataValidation type="date" operator="between" ${common}><formula1>36526</formula1><formula2>73050</formula2></dataValidation>`;
    case 'length':
      return `<dataValidation type="textLength" operator="lessThanOrEqual" ${common}><formula1>${validation.max}</formula1></dataValidation>`;
  }
}

const font = (more: string, size = 10, colour = '222B38') =>
  `<font>${more}<sz val="${size}"/><color rgb="FF${colour}"/><name val="Yu Gothic"/><family val="2"/><charset val="128"/></font>`;
const fill = (colour: string) =>
  `<fill><patternFill patternType="solid"><fgColor rgb="FF${colour}"/><bgColor indexed="64"/></patternFill></fill>`;
const side = (name: string, colour: string) => `<${name} style="thin"><color rgb="FF${colour}"/></${name}>`;
const border = `<border>${['left', 'right', 'top', 'bottom'].map((name) => side(name, 'B4BECB')).join('')}<diagonal/></border>`;

const fonts = {
  text: font(''),
  title: font('<b/>', 16, '12355B'),
  strong: font('<b/>'),
  head: font('<b/>', 10, 'FFFFFF'),
  faint: font('', 9, '5F6B7A'),
  good: font('', 10, '1E6B3A'),
  warn: font('<b/>', 10, '9C2B1B'),
  link: font('<u/>', 10, '1B5FA8'),
};
const fills = {
  none: '',
  grid: '',
  head: fill('1F4E79'),
  label: fill('EEF2F6'),
  needed: fill('FFF6CC'),
  caution: fill('FDEBD8'),
  warn: fill('FCE4E0'),
};

type Look = {
  readonly font?: keyof typeof fonts;
  readonly fill?: keyof typeof fills;
  readonly hasBorder?: boolean;
  /** 49: text; 14: date; 20: hours and minutes. */
  readonly format?: number;
  readonly align?: 'left' | 'center' | 'right';
  readonly vertical?: 'top' | 'center';
  readonly isOpen?: boolean;
  readonly wraps?: boolean;
};
const input: Look = { hasBorder: true, isOpen: true, format: 49, wraps: true, vertical: 'top', align: 'left' };
const needed: Look = { ...input, fill: 'needed' };
const looks: Readonly<Record<CellStyle, Look>> = {
  plain: { wraps: true, vertical: 'top' },
  title: { font: 'title', vertical: 'center' },
  lead: { wraps: true, vertical: 'center' },
  caution: { fill: 'caution', hasBorder: true, wraps: true, vertical: 'center' },
  head: { font: 'head', fill: 'head', hasBorder: true, wraps: true, align: 'center', vertical: 'center' },
  label: { font: 'strong', fill: 'label', hasBorder: true, wraps: true, vertical: 'top' },
  number: { font: 'faint', fill: 'label', hasBorder: true, align: 'center', vertical: 'top' },
  hint: { font: 'faint', fill: 'label', hasBorder: true, wraps: true, vertical: 'top' },
  free: { isOpen: true, format: 49 },
  input,
  inputNeeded: needed,
  numeric: { ...input, format: 0, align: 'right' },
  numericNeeded: { ...needed, format: 0, align: 'right' },
  date: { ...input, format: 14 },
  dateNeeded: { ...needed, format: 14 },
  time: { ...input, format: 20 },
  timeNeeded: { ...needed, format: 20 },
  value: { hasBorder: true, wraps: true, vertical: 'center' },
  good: { font: 'good', hasBorder: true, align: 'center', vertical: 'top' },
  warn: { font: 'warn', fill: 'warn', hasBorder: true, align: 'center', vertical: 'top' },
  link: { font: 'link', vertical: 'top' },
  fact: { font: 'strong' },
};

function styles(): string {
  const at = (list: object, key: string) => Object.keys(list).indexOf(key);
  const xfs = cellStyles.map((name) => {
    const { font = 'text', fill = 'none', hasBorder, format = 0, align, vertical, isOpen, wraps } = looks[name];
    const alignment = `<alignment${align ? ` horizontal="${align}"` : ''} vertical="${vertical ?? 'center'}"${wraps ? ' wrapText="1"' : ''}/>`;
    return `<xf numFmtId="${format}" fontId="${at(fonts, font)}" fillId="${at(fills, fill)}" borderId="${hasBorder ? 1 : 0}" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1">${alignment}<protection locked="${isOpen ? 0 : 1}"/></xf>`;
  });
  const list = (name: string, items: readonly string[]) =>
    `<${name} count="${items.length}">${items.join('')}</${name}>`;
  return [
    `<styleSheet xmlns="${main}">`,
    list('fonts', Object.values(fonts)),
    list('fills', [
      '<fill><patternFill patternType="none"/></fill>',
      '<fill><patternFill patternType="gray125"/></fill>',
      ...Object.values(fills).slice(2),
    ]),
    list('borders', ['<border><left/><right/><top/><bottom/><diagonal/></border>', border]),
    `<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>`,
    list('cellXfs', xfs),
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>',
    '</styleSheet>',
  ].join('');
}

/** `D8:D207`. */
export const columnCells = (column: number, from: number, to: number): string =>
  `${nameOfCell(column, from)}:${nameOfCell(column, to)}`;
