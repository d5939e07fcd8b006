import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { XlsxFault, xlsxBytesMax } from '@sakimori/contract/workbook/archive';
import { nameOfCell, readXlsx, type XlsxSheet } from '@sakimori/contract/workbook/reader';
import { FormReader } from './form.ts';
import { workbook } from './writer.ts';

type Part = { name: string; data: Buffer | string; claims?: number; encrypted?: boolean };

/** A ZIP archive of packed parts, which may claim another size than they have. */
function zip(parts: readonly Part[]): Buffer {
  const bodies: Buffer[] = [];
  const listing: Buffer[] = [];
  let offset = 0;
  for (const { name, data, claims, encrypted } of parts) {
    const whole = Buffer.from(data);
    const packed = deflateRawSync(whole);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted ? 1 : 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(whole), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claims ?? whole.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    listing.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, path]));
    bodies.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(listing);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}

/** The parts of a workbook with one sheet, 注文書. */
function parts(sheet: string, more: { texts?: string; type?: string } = {}): Part[] {
  return [
    {
      name: '[Content_Types].xml',
      data: `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${more.type ?? 'sheet'}.main+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      data: '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
    },
    {
      name: 'xl/workbook.xml',
      data: '<w:workbook xmlns:w="w" xmlns:r="r"><w:sheets><w:sheet name="注文書" sheetId="1" r:id="one"/></w:sheets></w:workbook>',
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: `<Relationships><Relationship Id="one" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="two" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="far" Type="x/externalLink" Target="http://192.0.2.1/x" TargetMode="External"/></Relationships>`,
    },
    { name: 'xl/worksheets/sheet1.xml', data: sheet },
    { name: 'xl/sharedStrings.xml', data: more.texts ?? '<sst/>' },
  ];
}
const sheetOf = (cells: string): string => `<worksheet><sheetData><row r="1">${cells}</row></sheetData></worksheet>`;
const refuses = (file: Uint8Array, code: XlsxFault['code']) =>
  assert.throws(
    () => readXlsx(file),
    (error) => error instanceof XlsxFault && error.code === code,
    code,
  );

test('S35, in part: what a workbook is written with is read from it again, wherever its sheets stand', () => {
  const book = readXlsx(
    workbook([
      { name: '二', rows: [['x']] },
      {
        name: '注文書',
        rows: [['見出し'], ['', 7, '<&> "=1+1"\n二行'], [], ['終わり']],
        widths: [10, 20],
        choices: [{ cells: 'B2', words: ['はい', 'いいえ'] }],
      },
    ]),
  );
  const sheet = new FormReader(book).sheet('注文書')!;
  assert.equal(sheet.lastRow, 4);
  assert.deepEqual(
    [...sheet.cells].map(([name, { kind, text }]) => [name, kind, text]),
    [
      ['A1', 'text', '見出し'],
      ['B2', 'number', '7'],
      ['C2', 'text', '<&> "=1+1"\n二行'],
      ['A4', 'text', '終わり'],
    ],
  );
  assert.deepEqual(
    [nameOfCell(1, 1), nameOfCell(26, 2), nameOfCell(27, 3), nameOfCell(703, 4)],
    ['A1', 'Z2', 'AA3', 'AAA4'],
  );
});

test('S35, in part: texts that cells share are read without their furigana, formulas and errors are told apart', () => {
  const texts =
    '<sst><si><r><t>東</t></r><r><t>京</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si><si><t>a_x000D_b</t></si></sst>';
  const cells =
    '<c t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c><c t="b"><v>1</v></c><c><f>NOW()</f><v>5</v></c><c t="e"><v>#REF!</v></c><c/>';
  const [sheet] = readXlsx(zip(parts(sheetOf(cells), { texts }))).sheets;
  assert.deepEqual(
    [...sheet!.cells].map(([name, { kind, text }]) => [name, kind, text]),
    [
      ['A1', 'text', '東京'],
      ['C1', 'text', 'a\rb'],
      ['D1', 'boolean', 'TRUE'],
      ['E1', 'formula', '5'],
      ['F1', 'error', '#REF!'],
    ],
  );
});

test('S35, in part: files that are none, protected, old, with macros, broken or too large are refused by their cause', () => {
  refuses(Buffer.from('お客様名,プラン\r\n'), 'notXlsx');
  refuses(Buffer.alloc(0), 'notXlsx');
  refuses(zip([{ name: 'a.txt', data: 'x' }]), 'notXlsx');
  const compound = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  refuses(Buffer.concat([compound, Buffer.alloc(500)]), 'oldFormat');
  refuses(Buffer.concat([compound, Buffer.alloc(500), Buffer.from('EncryptedPackage', 'utf16le')]), 'password');
  refuses(zip(parts(sheetOf('')).map((part) => ({ ...part, encrypted: true }))), 'password');
  refuses(zip([...parts(sheetOf('')), { name: 'xl/vbaProject.bin', data: 'x' }]), 'macros');
  refuses(zip(parts(sheetOf(''), { type: 'sheet.macroEnabled' })), 'macros');
  const whole = workbook([{ name: 'a', rows: [['x']] }]);
  refuses(whole.subarray(0, whole.length - 30), 'damaged');
  const bent = Buffer.from(whole);
  bent[whole.indexOf('>x<') + 1] = 0x79;
  refuses(bent, 'damaged');
  refuses(Buffer.concat([Buffer.from('PK'), Buffer.alloc(xlsxBytesMax)]), 'tooLarge');
  refuses(zip(parts('<worksheet><sheetData>')), 'damaged');
  refuses(zip(parts(`<!DOCTYPE a [<!ENTITY b "c">]>${sheetOf('')}`)), 'damaged');
  refuses(zip(parts(sheetOf('<c t="s"><v>7</v></c>'))), 'damaged');
  refuses(zip([...parts(sheetOf('')), ...parts('')]), 'damaged');
});

test('S35, in part: a bomb is not unpacked, whether it tells its size or hides it', () => {
  const bomb = Buffer.alloc(40 * 1024 * 1024, 0x20);
  refuses(zip(parts(`${bomb}`)), 'tooLarge');
  refuses(zip(parts('').map((part) => (part.data === '' ? { ...part, data: bomb, claims: 1000 } : part))), 'tooLarge');
  const cells = '<c><v>1</v></c>'.repeat(600);
  refuses(zip(parts(sheetOf(cells))), 'tooManyCells');
  refuses(zip(parts(sheetOf('<c r="A1048576"><v>1</v></c>'))), 'tooManyCells');
});

test('S35, in part: a form is read field by field, and each fault names sheet, cell and what the cell is', () => {
  const rows = [
    ['ｶﾌﾞｼｷｶﾞｲｼｬ ﾔﾏﾀﾞ', '２０２６年１２月１日', 'ｶﾞｲﾌﾞ＠example.jp', 45_992, '１，２００', 'プラチナ'],
    ['長い名前', '2026/02/30', 'nobody', 'abc', 1.5, '金'],
  ];
  const book = readXlsx(workbook([{ name: ' 注文書', rows }]));
  const form = new FormReader(book);
  const sheet = form.sheet('注文書') as XlsxSheet;
  const choices = [
    ['ゴールド', 'gold'],
    ['プラチナ', 'platinum'],
  ] as const;
  assert.equal(form.text(sheet, 'A1', { label: '名', max: 50 }), 'カブシキガイシャ ヤマダ');
  assert.equal(form.date(sheet, 'B1', { label: '日' }), '2026-12-01');
  assert.equal(form.date(sheet, 'D1', { label: '日' }), '2025-12-01');
  assert.equal(form.whole(sheet, 'E1', { label: '数', min: 1, max: 5000 }), 1200);
  assert.equal(form.choice(sheet, 'F1', { label: '級', choices }), 'platinum');
  assert.equal(form.faults.length, 0);

  form.text(sheet, 'A2', { label: '名', max: 3 });
  form.date(sheet, 'B2', { label: '日' });
  form.mail(sheet, 'C2', { label: 'メール' });
  form.whole(sheet, 'D2', { label: '数', min: 1, max: 9 });
  form.whole(sheet, 'E2', { label: '数', min: 1, max: 9 });
  form.choice(sheet, 'F2', { label: '級', choices });
  form.text(sheet, 'A9', { label: '空', max: 3, required: true });
  form.sheet('別紙');
  assert.deepEqual(
    form.faults.map((fault) => [fault.sheet.trim(), fault.cell, fault.code, fault.label]),
    [
      ['注文書', 'A2', 'tooLong', '名'],
      ['注文書', 'B2', 'notDate', '日'],
      ['注文書', 'C2', 'notMail', 'メール'],
      ['注文書', 'D2', 'notNumber', '数'],
      ['注文書', 'E2', 'notWhole', '数'],
      ['注文書', 'F2', 'notChoice', '級'],
      ['注文書', 'A9', 'required', '空'],
      ['別紙', undefined, 'sheetMissing', undefined],
    ],
  );
});
