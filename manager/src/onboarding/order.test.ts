import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { cellFaultText, type Edition, languages } from '@sakimori/contract';
import { sampleOrder } from '../../../test/orders.ts';
import { readXlsx, type Sheet, workbook } from '../platform/index.ts';
import { checkGivenOrder, checkOrder } from './order-check.ts';
import { readOrder, writeOrder } from './order-file.ts';

const edition = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../rules/editions/2.json'), 'utf8'),
) as Edition;

/** The workbook again, with what is given in some of its cells, its sheets turned round and a column moved. */
function rewritten(file: Buffer, change: (cells: Map<string, string>, sheet: string) => void): Buffer {
  const sheets = readXlsx(file).sheets.map(({ name, cells, lastRow }): Sheet => {
    const texts = new Map([...cells].map(([cell, { text }]) => [cell, text]));
    change(texts, name);
    const rows = Array.from({ length: lastRow + 3 }, (_, row) =>
      Array.from({ length: 10 }, (_, column) => texts.get(`${String.fromCharCode(65 + column)}${row + 1}`) ?? ''),
    );
    return { name, rows };
  });
  return workbook(sheets.reverse());
}

test('S35, in part: an order that is exported and read again is the same order, in both languages and with its sheets reordered', () => {
  const order = sampleOrder({ remarks: '搬入は裏口から\n午前中', endsOn: '2027-12-14' });
  for (const language of languages) {
    const file = writeOrder(language, order);
    assert.deepEqual(checkOrder(readOrder(file), edition, language), { order, faults: [] });
    assert.deepEqual(checkOrder(readOrder(rewritten(file, () => undefined)), edition, language).order, order);
  }
});

test('S35, in part: an empty form names everything that has to be filled in, by sheet and cell, in Japanese', () => {
  const { order, faults } = checkOrder(readOrder(writeOrder('ja')), edition, 'ja');
  assert.equal(order, undefined);
  const lines = faults.map((fault) => cellFaultText('ja', fault));
  assert.ok(lines.includes('シート「注文書」のセル B4（注文番号）：必須項目が未記入です。'), lines.join('\n'));
  assert.equal(faults.length, 12);
});

test('S35, in part: faults of an order name the cell in which they stand, and moved rows and columns are followed', () => {
  const file = rewritten(writeOrder('ja', sampleOrder()), (cells, sheet) => {
    if (sheet === '注文書') {
      cells.set('B8', '');
      cells.set('B11', '鴨川');
      cells.set('B14', '来月');
    }
    if (sheet === '対象サーバ') {
      // The column of the support goes behind all others.
      for (const row of [1, 2, 3]) {
        cells.set(`J${row}`, cells.get(`E${row}`)!);
        cells.delete(`E${row}`);
      }
      cells.set('J3', 'ダイヤモンド');
    }
    if (sheet === '通知先') cells.set('B3', 'ＨＡＮＡＫＯ＠miyako.example');
  });
  const { faults } = checkOrder(readOrder(file), edition, 'ja');
  assert.deepEqual(
    faults.map(({ sheet, cell, code }) => [sheet, cell, code]),
    [
      ['注文書', 'B8', 'required'],
      ['注文書', 'B11', 'notMail'],
      ['注文書', 'B14', 'notDate'],
      ['対象サーバ', 'J3', 'notChoice'],
    ],
  );
});

test('S19: an order of one server is refused with the clause, as a file and from the page', () => {
  const one = sampleOrder();
  one.servers.pop();
  for (const { order, faults } of [
    checkOrder(readOrder(writeOrder('ja', one)), edition, 'ja'),
    checkGivenOrder(one, edition, 'ja'),
  ]) {
    assert.equal(order, undefined);
    assert.deepEqual(
      faults.map(({ sheet, cell, code, facts }) => [sheet, cell, code, facts['min'], facts['clause']]),
      [['対象サーバ', 'A2', 'tooFewServers', 2, '4(2)-6']],
    );
    assert.match(cellFaultText('ja', faults[0]!), /2 台以上必要です（記入：1 台）。§4\(2\)-6：.*最小ノード数/);
  }
});

test('S18, in part: each ordered server needs Gold or Platinum and the basic contract on the day of the start', () => {
  const order = sampleOrder();
  order.servers[0]!.support = 'silver';
  order.servers[1]!.supportUntil = '2026-12-01';
  delete order.servers[1]!.basicFrom;
  const { faults } = checkGivenOrder(order, edition, 'en');
  assert.deepEqual(
    faults.map(({ field, code }) => [field, code]),
    [
      ['servers.0.support', 'supportNeeded'],
      ['servers.1.supportUntil', 'validityNeeded'],
      ['servers.1.basicUntil', 'validityNeeded'],
    ],
  );
});

test('S34, in part: an option that the plan includes, or does not have, is a fault of the order', () => {
  const option = sampleOrder().options[0]!;
  const faultsOf = (plan: 'standard' | 'highend') =>
    checkGivenOrder(sampleOrder({ plan, options: [option] }), edition, 'ja').faults;
  assert.deepEqual(
    faultsOf('standard').map(({ code }) => code),
    ['notInPlan'],
  );
  assert.deepEqual(
    faultsOf('highend').map(({ code }) => code),
    ['inPlan'],
  );
});

test('malformed orders of the page are told field by field, whatever they hold', () => {
  for (const given of [undefined, null, 7, 'x', [], {}, { servers: 'many' }, { servers: [null], plan: { $ne: 1 } }])
    assert.ok(checkGivenOrder(given, edition, 'ja').faults.length > 0);
  const twice = sampleOrder();
  twice.servers[1]!.name = 'WEB-01';
  twice.recipients[1]!.mail = 'Hanako@miyako.example';
  twice.recipients[0]!.purposes = ['weekly'];
  twice.recipients[1]!.purposes = [];
  assert.deepEqual(
    checkGivenOrder(twice, edition, 'ja').faults.map(({ field, code }) => [field, code]),
    [
      ['servers.1.name', 'duplicate'],
      ['recipients.1.mail', 'duplicate'],
      ['recipients.0.mail', 'noAlertRecipient'],
    ],
  );
});
