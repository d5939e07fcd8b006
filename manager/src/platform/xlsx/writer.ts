import { xmlText } from '@sakimori/contract/workbook/xml-text';
import { zip } from '@sakimori/contract/workbook/zip';

export type Cell = string | number;
export type Sheet = {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
  /** Rows (from 1) that are bold; the first where nothing is said. */
  readonly boldRows?: readonly number[];
  /** Width of each column in characters. */
  readonly widths?: readonly number[];
  /** Cells (`B4` or `C2:C200`) that offer words to choose from; together these have at most 255 characters, and none holds a comma. */
  readonly choices?: readonly { readonly cells: string; readonly words: readonly string[] }[];
};

/**
 * A workbook as Office Open XML (ECMA-376), for Excel and its like: tables, and forms to be filled in. Texts stand in the cells as texts, so that
 * none is ever taken for a formula.
 */
export function workbook(sheets: readonly Sheet[]): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packaged = 'http://schemas.openxmlformats.org/package/2006';
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const parts: [string, string][] = [
    [
      '[Content_Types].xml',
      `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/>${sheets.map((_, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${type}.worksheet+xml"/>`).join('')}</Types>`,
    ],
    [
      '_rels/.rels',
      `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${sheets.map(({ name }, index) => `<sheet name="${xmlText(name.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31))}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${packaged}/relationships">${sheets.map((_, index) => `<Relationship Id="rId${index + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`).join('')}<Relationship Id="rId${sheets.length + 1}" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    ],
    [
      'xl/styles.xml',
      `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Yu Gothic"/></font><font><b/><sz val="11"/><name val="Yu Gothic"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`,
    ],
    ...sheets.map((sheet, index): [string, string] => [
      `xl/worksheets/sheet${index + 1}.xml`,
      `<worksheet xmlns="${main}">${bodyOf(sheet)}</worksheet>`,
    ]),
  ];
  return zip(
    parts.map(([name, xml]) => [name, Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${xml}`)]),
  );
}

/** Columns, rows and choices, in the order that the standard asks for (18.3.1.99). */
function bodyOf({ rows, boldRows = [1], widths = [], choices = [] }: Sheet): string {
  const columns = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`);
  const lists = choices.map(
    ({ cells, words }) =>
      `<dataValidation type="list" allowBlank="1" sqref="${cells}"><formula1>${xmlText(`"${words.join(',')}"`)}</formula1></dataValidation>`,
  );
  return [
    columns.length > 0 ? `<cols>${columns.join('')}</cols>` : '',
    `<sheetData>${rows.map((row, index) => rowOf(row, index, boldRows.includes(index + 1))).join('')}</sheetData>`,
    lists.length > 0 ? `<dataValidations count="${lists.length}">${lists.join('')}</dataValidations>` : '',
  ].join('');
}

function rowOf(cells: readonly Cell[], index: number, isBold: boolean): string {
  const style = isBold ? ' s="1"' : '';
  const written = cells.map((cell) =>
    cell === ''
      ? `<c${style}/>`
      : typeof cell === 'number'
        ? `<c${style}><v>${cell}</v></c>`
        : `<c t="inlineStr"${style}><is><t xml:space="preserve">${xmlText(cell)}</t></is></c>`,
  );
  return `<row r="${index + 1}">${written.join('')}</row>`;
}
