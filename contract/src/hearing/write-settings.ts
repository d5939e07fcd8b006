import type { AnswerPath, SheetComparison, SheetSetting } from '../hearing.ts';
import type { Language } from '../language.ts';
import { type PhraseKey, phrase, phraseOr } from '../phrase.ts';
import { nameOfCell } from '../workbook/reader.ts';
import { type CellStyle, type WrittenCell, type WrittenSheet, writeWorkbook } from '../workbook/write.ts';
import { sheetName } from './layout.ts';

export type SettingsBook = {
  readonly comparison: SheetComparison;
  readonly customerName: string;
  readonly at: string;
  readonly nameOf: (path: AnswerPath) => string;
};

const heads = ['area', 'setting', 'wanted', 'live', 'result', 'source'] as const;
const widths = [20, 46, 40, 40, 12, 30];

/** `サーバ一覧!C7`. */
export const sourceText = ({ place }: Pick<SheetSetting, 'place'>): string =>
  place?.cell ? `${place.sheet}!${place.cell}` : (place?.sheet ?? '');

/** The settings as built (設定一覧), to be handed over: each with the cell of the hearing sheet that it came from, and whether it stands so (S44). */
export function writeSettings(language: Language, { comparison, customerName, at, nameOf }: SettingsBook): Buffer {
  const say = (key: string, facts = {}) => phrase(language, `hearing.built.${key}` as PhraseKey, facts);
  const { items, differences, number, accountName } = comparison;
  const rows = new Map<number, { height?: number; cells: Map<number, WrittenCell> }>();
  const put = (row: number, column: number, value: string, style: CellStyle) => {
    const line = rows.get(row) ?? { cells: new Map<number, WrittenCell>() };
    line.cells.set(column, { value, style });
    rows.set(row, line);
  };
  put(1, 2, say('title'), 'title');
  rows.get(1)!.height = 30;
  for (const [index, [name, value]] of [
    [phrase(language, 'hearing.book.customer'), customerName],
    [say('account'), accountName],
    [say('number'), say('numberOf', { number })],
  ].entries()) {
    put(2 + index, 2, name!, 'label');
    put(2 + index, 3, value!, 'value');
  }
  put(5, 2, say('summary', { at, count: items.length, differences }), 'fact');
  for (const [index, head] of heads.entries()) put(7, 2 + index, say(head), 'head');
  for (const [index, item] of items.entries()) {
    const row = 8 + index;
    const result = phrase(language, `settingState.${item.state}`);
    const texts = [
      ...[phraseOr(language, 'hearingArea', item.area), nameOf(item.path), item.wanted[language]],
      ...[item.live[language] || say('none'), result, sourceText(item)],
    ];
    for (const [at, text] of texts.entries())
      put(row, 2 + at, text, at === 4 ? (item.state === 'same' ? 'good' : 'warn') : 'value');
    const lines = Math.max(...texts.map((text, at) => text.split('\n').length + Math.floor(text.length / widths[at]!)));
    rows.get(row)!.height = Math.min(300, 6 + 15 * Math.max(1, lines));
  }
  const sheet: WrittenSheet = {
    ...{ name: sheetName(say('file')), rows, frozen: nameOfCell(2, 8), printTitle: [7, 7], tab: '1F4E79' },
    columns: [{ width: 3 }, ...widths.map((width) => ({ width }))],
    footer: `&L${accountName.replaceAll('&', '&&')}&R&P / &N`,
  };
  return writeWorkbook([sheet], say('title'));
}
