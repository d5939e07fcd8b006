import assert from 'node:assert/strict';
import test from 'node:test';
import type { HearingAnswers, HearingQuestion, HearingSection } from '@sakimori/contract';
import { definitionOf, faultText, readHearing, tidyAnswers, writeHearing } from '@sakimori/contract/hearing/index';
import { XlsxFault } from '@sakimori/contract/workbook/archive';
import { readXlsx } from '@sakimori/contract/workbook/reader';
import { type WrittenSheet, writeWorkbook } from '@sakimori/contract/workbook/write';
import { zip } from '@sakimori/contract/workbook/zip';
import fc from 'fast-check';
import { sampleAnswers } from './hearing.ts';

const definition = definitionOf('1')!;
const bookOf = (answers: HearingAnswers, language: 'ja' | 'en' = 'ja') =>
  writeHearing({
    ...{ definition, answers, language, hearingId: 'h1' },
    customerName: 'ヤマト商事',
    exportedAt: '2026-11-27 10:00',
  });
const read = (file: Buffer) => readHearing(file, definitionOf);

const digits = fc.integer({ min: 0, max: 9 });
const letters = fc.constantFrom(...'abcxyz019-亜髙﨑神①㈱～〜ﾔﾏﾀﾞ（）_x000D_=+@"\'<>&　ー'.split(''), '_x0041_', '😀');
const text = fc.array(letters, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(''));
/** An answer to each type of question, as a person may give it. */
function answerTo(question: HearingQuestion): fc.Arbitrary<string> {
  const { type, min = 0, max = 1000, choices = [] } = question;
  switch (type) {
    case 'choice':
      return fc.constantFrom(...choices.map(({ value }) => value));
    case 'number':
      return fc.integer({ min: Math.ceil(min), max }).map(String);
    case 'date':
      return fc
        .integer({ min: 0, max: 40_000 })
        .map((days) => new Date(Date.UTC(2000, 0, 1) + days * 86_400_000).toISOString().slice(0, 10));
    case 'time':
      return fc.integer({ min: 0, max: 1439 }).map((minutes) => {
        const two = (number: number) => String(number).padStart(2, '0');
        return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
      });
    case 'kana':
      return fc.constantFrom('ヤマダ タロウ', 'ﾔﾏﾀﾞ ﾀﾛｳ', 'やまだ');
    case 'mail':
      return digits.map((digit) => `yamada${digit}@example.co.jp`);
    case 'phone':
      return fc.constantFrom('03-0000-0000', '０３－００００－００００', '+81 3 0000 0000');
    case 'host':
      return fc.integer({ min: 1, max: 1e9 }).map((number) => `web-${number}`);
    case 'address':
      return fc.constantFrom('192.0.2.1', '2001:db8::1', '１９２．０．２．１');
    case 'sources':
      return fc.constantFrom('192.0.2.0/24', '192.0.2.0/24\n2001:db8::/32');
    case 'ports':
      return fc.constantFrom('443', '443,8000-8010', '４４３');
    case 'path':
      return text.map((name) => `/opt/${name.replaceAll('\n', '')}`);
    case 'paths':
      return fc.constantFrom('/mnt/s3', '/mnt/s3\n/mnt/共有 フォルダ');
    default:
      return type === 'lines' ? fc.array(text, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n')) : text;
  }
}
const cellsOf = ({ questions }: HearingSection) =>
  fc
    .tuple(...questions.map((question) => fc.option(answerTo(question), { nil: undefined, freq: 3 })))
    .map((values) =>
      Object.fromEntries(questions.flatMap(({ key }, at) => (values[at] === undefined ? [] : [[key, values[at]]]))),
    );
const anyAnswers: fc.Arbitrary<HearingAnswers> = fc
  .tuple(
    ...definition.sections.map((section) =>
      section.kind === 'form'
        ? cellsOf(section).map((cells) => [section.key, cells] as const)
        : fc
            .array(cellsOf(section), { maxLength: 4 })
            .map((rows) => [section.key, rows.map((cells, at) => ({ id: `r${at + 1}`, cells }))] as const),
    ),
  )
  .map((parts) => ({
    forms: Object.fromEntries(parts.filter(([, part]) => !Array.isArray(part))) as HearingAnswers['forms'],
    tables: Object.fromEntries(parts.filter(([, part]) => Array.isArray(part))) as HearingAnswers['tables'],
  }));

test('S35, in part: export → fill → import loses no field, whatever was answered, in both languages', () => {
  fc.assert(
    fc.property(anyAnswers, fc.constantFrom('ja' as const, 'en' as const), (given, language) => {
      const answers = tidyAnswers(definition, given);
      const { faults, answers: back } = read(bookOf(answers, language));
      const lost = faults.filter(
        ({ code }) =>
          ![
            'required',
            'rowsMissing',
            'noAlertRecipient',
            'duplicate',
            'tapAndPrevent',
            'mounts',
            'manyFiles',
          ].includes(code),
      );
      assert.deepEqual(lost, []);
      assert.deepEqual(back, answers);
    }),
    { numRuns: 25 },
  );
});

/** The workbook as somebody left it: sheets in another order, rows and columns moved. */
function shuffled(
  file: Buffer,
  change: (cells: Map<string, string | number>, sheet: string) => void = () => undefined,
): Buffer {
  const sheets = readXlsx(file)
    .sheets.toReversed()
    .map(({ name, cells }): WrittenSheet => {
      const values = new Map([...cells].map(([cell, one]) => [cell, one.kind === 'number' ? one.number : one.text]));
      change(values, name);
      const rows = new Map<number, { cells: Map<number, { value: string | number }> }>();
      for (const [cell, value] of values) {
        const [, column = 'A', row = '1'] = /^([A-Z]+)(\d+)$/.exec(cell)!;
        const number = [...column].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
        // Rows four further down, columns from right to left.
        const line = rows.get(Number(row) + 4) ?? { cells: new Map() };
        line.cells.set(name === '_sakimori' ? number : 30 - number, { value });
        rows.set(Number(row) + 4, line);
      }
      return { name: `${name}改`, columns: [], rows };
    });
  return writeWorkbook(sheets, 'x');
}

test('S35, in part: sheets, rows and columns are found by their keys, wherever they were moved to', () => {
  const answers = tidyAnswers(definition, sampleAnswers('ヤマト商事'));
  const { answers: back, faults } = read(shuffled(bookOf(answers)));
  assert.deepEqual([faults, back], [[], answers]);
});

test('S35, in part: a fault names sheet and cell, in Japanese and in English', () => {
  const file = shuffled(bookOf(tidyAnswers(definition, sampleAnswers('ヤマト商事'))), (cells, sheet) => {
    if (sheet === 'サーバ一覧')
      for (const [cell, value] of cells) if (value === '192.0.2.2') cells.set(cell, '300.1.2.3');
    if (sheet === '連絡先')
      for (const [cell, value] of cells) if (value === 'yamada@yamato.example') cells.set(cell, 'yamada');
  });
  const { faults } = read(file);
  const [mail, address] = ['mail', 'address'].map((code) => faults.find((fault) => fault.code === code)!);
  assert.match(
    faultText(definition, 'ja', address!),
    /^シート「サーバ一覧改」のセル [A-Z]+\d+（IP アドレス）：「300\.1\.2\.3」は IP アドレスの形式ではありません。$/,
  );
  assert.match(
    faultText(definition, 'en', mail!),
    /^Sheet “連絡先改”, cell [A-Z]+\d+ \(Mail address\): “yamada” is no mail address\.$/,
  );
  assert.equal(faults.length, 2);
});

test('what people type is understood: wide digits, half-width kana, days in Japanese, numbers for texts', () => {
  const one = (key: string, section: string, value: string) => {
    const answers = tidyAnswers(definition, { forms: { [section]: { [key]: value } }, tables: {} });
    return answers.forms[section]?.[key];
  };
  assert.equal(one('startsOn', 'company', '令和８年１２月１日（火）'), '2026-12-01');
  assert.equal(one('startsOn', 'company', '2026/2/30'), '2026/2/30', 'no such day: it stays and is told');
  assert.equal(one('nodes', 'company', '１，０００'), '1000');
  assert.equal(one('nameKana', 'company', 'ｶﾌﾞｼｷｶﾞｲｼｬ'), 'カブシキガイシャ');
  assert.equal(one('name', 'company', '㈱髙﨑商事～①'), '㈱髙﨑商事～①', 'names keep their letters');
  assert.equal(one('plan', 'company', 'ｱﾄﾞﾊﾞﾝｽﾄﾞ'), 'advanced');
  assert.equal(one('malwareTime', 'schedules', '２時３０分'), '02:30');
});

const fault = (code: string) => (error: unknown) => error instanceof XlsxFault && error.code === code;
const withPart = (name: string, data: Buffer) =>
  zip(
    [
      ['[Content_Types].xml', Buffer.from('<Types/>')],
      [name, data],
    ],
    true,
  );

test('S35, in part: what is no hearing sheet is refused, with a reason of its own', () => {
  const cfb = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  for (const [code, file] of [
    ['notXlsx', Buffer.alloc(0)],
    ['notXlsx', Buffer.from('name,mail\r\n')],
    ['oldFormat', Buffer.concat([cfb, Buffer.alloc(600)])],
    ['password', Buffer.concat([cfb, Buffer.alloc(600), Buffer.from('EncryptedPackage', 'utf16le')])],
    ['macros', withPart('xl/vbaProject.bin', Buffer.alloc(9))],
    ['tooLarge', withPart('xl/workbook.xml', Buffer.alloc(60_000_000))],
    ['tooLarge', Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(50_000_000)])],
    ['damaged', bookOf(sampleAnswers('x')).subarray(0, 9000)],
    ['noHearing', writeWorkbook([{ name: 'x', columns: [], rows: new Map() }], 'x')],
  ] as const)
    assert.throws(() => read(file), fault(code), code);
});

test('S35, in part: formulas are never worked out, and 100,000 rows have a clear answer', () => {
  const sheet = (rows: string) =>
    zip(
      [
        ['[Content_Types].xml', Buffer.from('<Types/>')],
        [
          'xl/workbook.xml',
          Buffer.from('<workbook xmlns:r="r"><sheets><sheet name="会社" r:id="a"/></sheets></workbook>'),
        ],
        [
          'xl/_rels/workbook.xml.rels',
          Buffer.from('<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/></Relationships>'),
        ],
        ['xl/s.xml', Buffer.from(`<worksheet><sheetData>${rows}</sheetData></worksheet>`)],
      ],
      true,
    );
  const text = (cell: string, value: string) => `<c r="${cell}" t="inlineStr"><is><t>${value}</t></is></c>`;
  const head = `<row r="1">${text('A1', 'sakimori:meta')}</row><row r="2">${text('A2', 'definition')}${text('B2', '1')}</row>`;
  const form = `<row r="5">${text('A5', 'sakimori:company')}${text('C5', '@answer')}</row><row r="6">${text('A6', 'name')}<c r="C6" t="str"><f>HYPERLINK("http://x","y")</f><v>y</v></c></row>`;
  const { faults, answers } = read(sheet(head + form));
  const formula = faults.find(({ code }) => code === 'formula');
  assert.deepEqual([formula?.place, answers.forms['company']], [{ sheet: '会社', cell: 'C6' }, {}]);
  assert.match(faultText(definition, 'ja', formula!), /シート「会社」のセル C6（会社名）：数式は使用できません/);
  const many = Array.from({ length: 100_000 }, (_, at) => `<row r="${at + 1}">${text(`A${at + 1}`, 'x')}</row>`).join(
    '',
  );
  assert.throws(() => read(sheet(many)), fault('tooManyCells'));
});
