import { type Language, type PhraseKey, phrase, phraseOr, Refusal, refusalText } from '@sakimori/contract';
import { CommanderError } from 'commander';
import { plain } from './table.ts';

/** Exit codes, after sysexits(3) where it has one. */
export const exitCodes = {
  refused: 1,
  usage: 64,
  data: 65,
  unreachable: 69,
  forbidden: 77,
  configuration: 78,
} as const;

type CliPhrase = Extract<PhraseKey, `cli.${string}`> extends `cli.${infer Name}` ? Name : never;
export type FaultFacts = Readonly<Record<string, string | number>>;

/** Something the command itself found wrong, in its own words (`cli.<name>`). */
export class CliFault extends Error {
  readonly phraseName: CliPhrase;
  readonly facts: FaultFacts;
  readonly exitCode: number;
  constructor(phraseName: CliPhrase, facts: FaultFacts = {}, exitCode: number = exitCodes.refused) {
    super(phraseName);
    this.phraseName = phraseName;
    this.facts = facts;
    this.exitCode = exitCode;
  }
}

/** One line that says what went wrong and what to do next, and the code to exit with. */
export function tellFault(error: unknown, language: Language): { line: string; exitCode: number } {
  if (error instanceof Refusal) return { line: refusalLine(error, language), exitCode: exitCodeOf(error) };
  if (error instanceof CliFault)
    return { line: say(language, error.phraseName, error.facts), exitCode: error.exitCode };
  if (error instanceof CommanderError) return { line: usageLine(error, language), exitCode: exitCodes.usage };
  const detail = error instanceof Error ? error.message : String(error);
  return { line: say(language, 'fault.unexpected', { detail }), exitCode: exitCodes.refused };
}

const say = (language: Language, name: CliPhrase, facts: FaultFacts = {}): string =>
  plain(phrase(language, `cli.${name}`, facts));

function exitCodeOf({ code }: Refusal): number {
  if (code === 'forbidden' || code === 'unauthenticated') return exitCodes.forbidden;
  return code === 'unavailable' ? exitCodes.unreachable : exitCodes.refused;
}

/** The contract's words, and what to type next. */
function refusalLine(refusal: Refusal, language: Language): string {
  const advice = phraseOr(language, 'cli.advice', refusal.code);
  const line = refusalText(language, refusal);
  return plain(advice === refusal.code ? line : `${line} ${advice}`);
}

/** Commander's findings in our words; the item is what it put in quotes. */
function usageLine(error: CommanderError, language: Language): string {
  const name = error.code.replace(/^commander\./, '');
  const item = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const choices = /Allowed choices are (.*)\.$/.exec(error.message)?.[1];
  const allowed = choices
    ? say(language, 'usage.allowed', { list: choices })
    : (error.message.split(' is invalid. ')[1] ?? '');
  const key = `cli.usage.${name}`;
  const line = phraseOr(language, 'cli.usage', name, { item, allowed });
  return plain(line === name || key === 'cli.usage.help' ? say(language, 'usage.other') : line.trim());
}
