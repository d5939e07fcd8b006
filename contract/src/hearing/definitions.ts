import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type HearingAnswers, HearingDefinition, WorkloadFunction } from '../hearing.ts';
import { definitionFor } from './check.ts';

const folder = join(import.meta.dirname, '../../../rules/hearing');
/** The definition with which new sheets begin. */
export const currentDefinition = '1';

let functions: readonly WorkloadFunction[] | undefined;
/** The functions of Workload Security, and which of them are not supported in Japan (S16). */
export function workloadFunctions(): readonly WorkloadFunction[] {
  functions ??= z
    .strictObject({ functions: z.array(WorkloadFunction).min(1).max(100) })
    .parse(JSON.parse(readFileSync(join(folder, 'functions.json'), 'utf8'))).functions;
  return functions;
}

const read = new Map<string, { readonly whole: HearingDefinition; readonly shown: HearingDefinition }>();

function readDefinition(
  id: string,
): { readonly whole: HearingDefinition; readonly shown: HearingDefinition } | undefined {
  const known = read.get(id);
  if (known) return known;
  if (!readdirSync(folder).includes(`${id}.json`) || id === 'functions') return undefined;
  const whole = HearingDefinition.parse(JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')));
  if (whole.id !== id) throw new Error(`rules/hearing/${id}.json has the id ${whole.id}.`);
  const both = { whole, shown: definitionFor(whole, workloadFunctions()) };
  read.set(id, both);
  return both;
}

/** What is asked, without what is not supported in Japan. Undefined where there is no such definition. */
export const definitionOf = (id: string): HearingDefinition | undefined => readDefinition(id)?.shown;

/** A function that is not supported in Japan and that these answers ask for all the same (S16). */
export function unsupportedIn(id: string, { forms }: HearingAnswers): WorkloadFunction | undefined {
  const lacking = workloadFunctions().filter(({ supportedInJapan }) => !supportedInJapan);
  const asked = readDefinition(id)?.whole.sections.flatMap(({ key, questions }) =>
    questions.flatMap((question) => ((forms[key]?.[question.key] ?? 'off') === 'off' ? [] : [question.function])),
  );
  return lacking.find((one) => asked?.includes(one.id));
}
