import { type Deadline, type DueRule, dueRules, phrase } from '@sakimori/contract';
import { explainDeadline, nameOfDay, type ReadTime, readTime, readTimeOrDay } from '@sakimori/contract/calendar/index';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { accountOption, needed, oneOf } from '../options.ts';
import { sheet, table } from '../table.ts';
import { askDeadline } from './source.ts';

type Options = { rule: DueRule; at: string; explain?: boolean; account?: string; builtin?: boolean };

export const dueDeadline: Verb = (noun, cli) =>
  noun
    .command('due')
    .description(cli.say('calendar.due'))
    .addOption(oneOf('--rule <RULE>', cli.say('option.dueRule'), dueRules).makeOptionMandatory())
    .addOption(needed('--at <TIME>', cli.say('option.dueAt')))
    .option('--explain', cli.say('option.explain'))
    .addOption(accountOption(cli))
    .option('--builtin', cli.say('option.builtin'))
    .action(async ({ rule, at, explain = false, ...asked }: Options) => {
      const deadline = await askDeadline(cli, asked, rule, instantOf(rule, at));
      cli.show(toJson(cli, deadline), () => toText(cli, deadline, explain));
      if (deadline.isProvisional) cli.remark(phrase(cli.language, 'deadline.provisional'));
    });

/** Only for a first answer does the hour matter; elsewhere a day is enough. */
function instantOf(rule: DueRule, written: string): Temporal.Instant {
  const read: ReadTime = rule === 'first-answer' ? readTime(written) : readTimeOrDay(written);
  if ('at' in read) return read.at;
  const what = rule === 'first-answer' ? 'fault.time' : 'fault.timeOrDay';
  throw new CliFault(read.fault === 'form' ? what : `fault.time.${read.fault}`, { given: written }, exitCodes.usage);
}

/** RFC 3339 in Japan's zone, to the second. */
const japan = (instant: string): string =>
  Temporal.Instant.from(instant)
    .round({ smallestUnit: 'second', roundingMode: 'floor' })
    .toString({ timeZone: '+09:00' });

function toJson(cli: Cli, { at, acceptedAt, dueAt, rule, explanation, ...more }: Deadline): object {
  const texts = explainDeadline(cli.language, { at, acceptedAt, dueAt, rule, explanation, ...more });
  return {
    ...{ rule, at: japan(at), acceptedAt: japan(acceptedAt), dueAt: japan(dueAt) },
    explanation: texts.map(({ step: { name, ...step }, text }) => ({
      ...step,
      ...(name ? { name: name[cli.language], names: name } : {}),
      text,
    })),
    ...more,
  };
}

function toText(cli: Cli, deadline: Deadline, explain: boolean): string {
  const minute = (instant: string) => cli.time(instant).slice(0, 16);
  const facts = sheet([
    [cli.say('head.rule'), cli.word('dueRule', deadline.rule)],
    [cli.say('head.dueFrom'), minute(deadline.acceptedAt)],
    [cli.say('head.due'), minute(deadline.dueAt)],
    [cli.say('head.lastDay'), deadline.lastDay],
    [cli.say('head.calendar'), deadline.calendarVersion],
  ]);
  if (!explain) return facts;
  const heads = ['date', 'weekday', 'why'].map((name) => ({ head: cli.say(`head.${name}`) }));
  const rows = explainDeadline(cli.language, deadline).map(({ step, text }) => [
    step.date,
    cli.word('weekday', String(step.weekday)),
    // A holiday that was opened, or fell on a weekend, is told by its name all the same.
    step.kind === 'holiday' || !step.name ? text : `${text} (${nameOfDay(cli.language, step)})`,
  ]);
  return `${facts}\n\n${table(heads, rows)}`;
}
