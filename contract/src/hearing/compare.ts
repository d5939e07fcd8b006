import {
  type AnswerChange,
  type CellPlaces,
  type HearingAnswers,
  type HearingDefinition,
  pathText,
} from '../hearing.ts';

type Flat = ReadonlyMap<string, Omit<AnswerChange, 'before' | 'after' | 'place'> & { readonly value: string }>;

/** Every answer by the text of its path, in the order in which it is asked. */
export function flatAnswers(definition: HearingDefinition, answers: HearingAnswers): Flat {
  const flat = new Map<string, { path: AnswerChange['path']; value: string }>();
  const add = (path: AnswerChange['path'], value: string | undefined) => {
    if (value !== undefined) flat.set(pathText(path), { path, value });
  };
  for (const { key: section, kind, questions } of definition.sections)
    if (kind === 'form')
      for (const { key } of questions) add({ section, question: key }, answers.forms[section]?.[key]);
    else
      for (const { id, cells } of answers.tables[section] ?? [])
        for (const { key } of questions) add({ section, row: id, question: key }, cells[key]);
  return flat;
}

/** What differs between two versions, answer by answer. */
export function compareAnswers(
  definition: HearingDefinition,
  before: HearingAnswers,
  after: HearingAnswers,
  places: CellPlaces = {},
): AnswerChange[] {
  const [old, now] = [flatAnswers(definition, before), flatAnswers(definition, after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    if (was?.value === is?.value) return [];
    const place = is && places[key];
    return [
      {
        path: (is ?? was)!.path,
        ...(was ? { before: was.value } : {}),
        ...(is ? { after: is.value } : {}),
        ...(place ? { place } : {}),
      },
    ];
  });
}
