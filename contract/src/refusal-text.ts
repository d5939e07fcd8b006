import { errors, type Refusal } from './errors.ts';
import type { Language } from './language.ts';
import { formatMessage, phraseOr } from './phrase.ts';

/**
 * What a refusal says, in the reader's language. Things and states that its facts name are said in words of ours; a fact that did not
 * arrive is a dash, never a broken sentence.
 */
export function refusalText(language: Language, { code, facts }: Pick<Refusal, 'code' | 'facts'>): string {
  const message = errors[code][language];
  const told: Record<string, string | number | boolean> = { ...facts };
  if (typeof told['what'] === 'string') told['what'] = phraseOr(language, 'thing', told['what']);
  if (typeof told['state'] === 'string')
    told['state'] = phraseOr(language, 'state', phraseOr(language, 'alertState', told['state']));
  if (typeof told['plan'] === 'string') told['plan'] = phraseOr(language, 'plan', told['plan']);
  if (typeof told['feature'] === 'string') told['feature'] = phraseOr(language, 'feature', told['feature']);
  if (typeof told['reason'] === 'string') told['reason'] = phraseOr(language, 'maintenanceFault', told['reason']);
  if (typeof told['purpose'] === 'string') told['purpose'] = phraseOr(language, 'console.purpose', told['purpose']);
  if (typeof told['lack'] === 'string') told['lack'] = phraseOr(language, 'prerequisite', told['lack']);
  if (typeof told['file'] === 'string') told['file'] = phraseOr(language, 'workbookFault', told['file']);
  if (typeof told['party'] === 'string') told['party'] = phraseOr(language, 'reportParty', told['party']);
  if (typeof told['report'] === 'string') told['report'] = phraseOr(language, 'report.title', told['report']);
  if (typeof told['why'] === 'string') told['why'] = phraseOr(language, 'reportUnusual', told['why']);
  for (const name of ['step', 'before'])
    if (typeof told[name] === 'string') told[name] = phraseOr(language, 'onboardingStep', told[name]);
  if (typeof told['fault'] === 'string')
    told['faultText'] = phraseOr(language, 'logoFault', told['fault'], { detail: String(told['detail'] ?? '') });
  const named = told[language === 'ja' ? 'functionJa' : 'functionEn'];
  if (named !== undefined) told['function'] = named;
  // A clause's text travels in both languages, so that whoever shows the refusal need not know the edition.
  const clause = told[language === 'ja' ? 'clauseJa' : 'clauseEn'];
  if (clause !== undefined) told['clauseText'] = clause;
  for (const [, name = '', kind] of message.matchAll(/\{(\w+)(, number)?\}/g)) told[name] ??= kind ? 0 : '–';
  return formatMessage(language, message, told);
}
