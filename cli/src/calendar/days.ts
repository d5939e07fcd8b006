import { daysMax, isBusinessKind } from '@sakimori/contract';
import { nameOfDay, readDay } from '@sakimori/contract/calendar/index';
import { InvalidArgumentError } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { accountOption, needed } from '../options.ts';
import { table } from '../table.ts';
import { askDays } from './source.ts';

type Options = { from: string; to: string; account?: string; builtin?: boolean };

export const listCalendarDays: Verb = (noun, cli) =>
  noun
    .command('days')
    .description(cli.say('calendar.days'))
    .addOption(needed('--from <DATE>', cli.say('option.fromDay')).argParser(dayParser(cli)))
    .addOption(needed('--to <DATE>', cli.say('option.toDay')).argParser(dayParser(cli)))
    .addOption(accountOption(cli))
    .option('--builtin', cli.say('option.builtin'))
    .action(async ({ from, to, ...asked }: Options) => {
      if (to < from) throw new CliFault('fault.daysReversed', { from, to }, exitCodes.usage);
      const count = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days + 1;
      if (count > daysMax) throw new CliFault('fault.daysMany', { max: daysMax }, exitCodes.usage);
      const { items, calendarVersion } = await askDays(cli, asked, from, to);
      const shown = items.map(({ name, ...day }) => ({
        ...day,
        isBusiness: isBusinessKind(day.kind),
        ...(name ? { name: name[cli.language], names: name } : {}),
      }));
      const heads = ['date', 'weekday', 'kind', 'name'].map((head) => ({ head: cli.say(`head.${head}`) }));
      cli.show({ calendarVersion, items: shown }, () =>
        table(
          heads,
          items.map((day) => [
            day.date,
            cli.word('weekday', String(day.weekday)),
            cli.word('dayKindName', day.kind),
            [nameOfDay(cli.language, day), day.reason].filter(Boolean).join(' / '),
          ]),
        ),
      );
      if (items.some(({ isProvisional }) => isProvisional)) cli.remark(cli.say('calendar.provisional'));
    });

/** A day as it is written; what is none is refused. */
export const dayParser =
  (cli: Cli) =>
  (value: string): string => {
    const day = readDay(value);
    if (day) return day.toString();
    throw new InvalidArgumentError(cli.say('usage.day', { given: value }));
  };
