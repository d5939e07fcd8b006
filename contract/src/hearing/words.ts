import type { AnswerPath, HearingAnswers, HearingDefinition, HearingFault } from '../hearing.ts';
import type { Language } from '../language.ts';
import { type PhraseKey, phrase, phraseOr } from '../phrase.ts';
import { questionOf, sectionOf } from './check.ts';

/** An answer as people read it: the label of a choice, everything else as it is. */
export function answerText(
  definition: HearingDefinition,
  language: Language,
  path: AnswerPath,
  value: string | undefined,
): string {
  if (value === undefined) return '';
  const question = questionOf(definition, path);
  return question?.choices?.find((choice) => choice.value === value)?.label[language] ?? value;
}

/** `サーバ一覧：IP アドレス（web-01）`: what was asked, and of which row. */
export function pathName(
  definition: HearingDefinition,
  language: Language,
  path: AnswerPath,
  answers?: HearingAnswers,
): string {
  const section = sectionOf(definition, path.section);
  const title = section?.title[language] ?? path.section;
  const label = questionOf(definition, path)?.label[language];
  const row = answers?.tables[path.section]?.find(({ id }) => id === path.row);
  const first = section?.questions.find(({ choices }) => !choices)?.key;
  const rowName = row && first ? row.cells[first] : undefined;
  const colon = language === 'ja' ? '：' : ': ';
  const of = rowName === undefined ? '' : language === 'ja' ? `（${rowName}）` : ` (${rowName})`;
  return label === undefined ? title : `${title}${colon}${label}${of}`;
}

/** `シート「サーバ一覧」のセル C7`, or the question where no cell is known. */
export function placeText(definition: HearingDefinition, language: Language, fault: HearingFault): string {
  const { place, path } = fault;
  const label = path && questionOf(definition, path)?.label[language];
  if (place?.cell)
    return phrase(language, label ? 'hearing.at.cell' : 'hearing.at.bareCell', {
      ...{ sheet: place.sheet, cell: place.cell, label: label ?? '' },
    });
  if (path) return phrase(language, 'hearing.at.question', { name: pathName(definition, language, path) });
  return place ? phrase(language, 'hearing.at.sheet', { sheet: place.sheet }) : '';
}

/** One sentence: where it is, what is wrong, what to do. */
export function faultText(definition: HearingDefinition, language: Language, fault: HearingFault): string {
  const facts: Record<string, string | number> = { ...fault.facts };
  if (fault.path) {
    facts['label'] ??= questionOf(definition, fault.path)?.label[language] ?? fault.path.section;
    if (fault.code === 'noSheet') facts['sheet'] = sectionOf(definition, fault.path.section)?.title[language] ?? '';
  }
  for (const side of ['sheet', 'order'] as const)
    if (typeof facts[side] === 'string' && /Plan$/.test(fault.code))
      facts[side] = phraseOr(language, 'plan', String(facts[side]));
  const problem = phrase(language, `hearingFault.${fault.code}` as PhraseKey, facts);
  const where = placeText(definition, language, fault);
  if (where === '') return problem;
  return language === 'ja' ? `${where}：${problem}` : `${where}: ${problem}`;
}
