import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { definitionOf, tidyAnswers, writeHearing } from '@sakimori/contract/hearing/index';
import { sampleAnswers } from '../../test/hearing.ts';
import { runCli } from '../../test/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'sakimori-hearing-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const check = (path: string, LANG = 'ja_JP.UTF-8') => runCli(['hearing', 'check', path], { LANG });

test('S35, in part: a file is checked without a manager; faults are told by sheet and cell, and end with 65', async () => {
  const definition = definitionOf('1')!;
  const write = (name: string, change: (answers: ReturnType<typeof sampleAnswers>) => void) => {
    const answers = tidyAnswers(definition, sampleAnswers('ヤマト商事'));
    change(answers);
    const book = { definition, answers, language: 'ja' as const, hearingId: 'x', customerName: 'x', exportedAt: 'x' };
    writeFileSync(join(folder, name), writeHearing(book));
    return join(folder, name);
  };
  const right = await check(write('right.xlsx', () => undefined));
  assert.deepEqual([right.code, right.out], [0, '誤りも未記入もありません。\n']);
  const wrong = await check(
    write('wrong.xlsx', ({ tables }) => {
      tables['servers']![1]!.cells['address'] = '300.1.1.1';
    }),
  );
  assert.equal(wrong.code, 65);
  assert.match(
    wrong.out,
    /シート「サーバ一覧」のセル E10（IP アドレス）：「300\.1\.1\.1」は IP アドレスの形式ではありません。/,
  );
  writeFileSync(join(folder, 'no.xlsx'), 'no workbook');
  const none = await check(join(folder, 'no.xlsx'), 'C');
  assert.equal(none.code, 65);
  assert.match(none.err, /not an xlsx file/);
  assert.equal((await check(join(folder, 'missing.xlsx'))).code, 64);
});
