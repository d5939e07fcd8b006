import { type CalendarState, type overrideEffects, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf } from '../find.ts';
import { accountOption, needed } from '../options.ts';
import { dayParser } from './days.ts';

type Effect = (typeof overrideEffects)[number];
type Options = { to?: string; reason: string; account?: string };

/** `close` and `open`: what the rule says of some days is set aside. */
export const overrideDays =
  (verb: 'close' | 'open', effect: Effect): Verb =>
  (noun, cli) =>
    noun
      .command(verb)
      .description(cli.say(`calendar.${verb}`))
      .argument('<DATE>', cli.say('argument.day'), dayParser(cli))
      .option('--to <DATE>', cli.say('option.lastDay'), dayParser(cli))
      .addOption(needed('--reason <TEXT>', cli.say('option.dayReason')))
      .addOption(accountOption(cli))
      .action(async (from: string, { to, reason, account }: Options) => {
        const accountId = await accountIdOf(cli, account);
        const state = await cli.call(routes.addOverride, { body: { from, to, effect, reason, accountId } });
        cli.show(state, () => cli.say('done.calendar', { version: state.calendarVersion }));
      });

export const removeDays: Verb = (noun, cli) =>
  noun
    .command('remove')
    .description(cli.say('calendar.remove'))
    .argument('<ID>', cli.say('argument.calendarOverride'))
    .addOption(accountOption(cli))
    .action(async (overrideId: string, { account }: { account?: string }) => {
      const accountId = await accountIdOf(cli, account);
      const state = await cli.call(routes.removeOverride, { params: { overrideId }, query: { accountId } });
      cli.show(state, () => cli.say('done.calendar', { version: state.calendarVersion }));
    });

export const undoCalendar: Verb = (noun, cli) =>
  noun
    .command('undo')
    .description(cli.say('calendar.undo'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const accountId = await accountIdOf(cli, account);
      const { version } = await cli.call(routes.getCalendar, { query: { accountId } });
      // A calendar that was never changed has nothing to take back; the manager says so.
      const state = await cli.call(routes.undoCalendar, { body: { version: Math.max(1, version), accountId } });
      cli.show(state, () => cli.say('done.calendar', { version: state.calendarVersion }));
    });

export const showCalendar: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('calendar.show'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const accountId = await accountIdOf(cli, account);
      const state = await cli.call(routes.getCalendar, { query: { accountId } });
      showOverrides(cli, state);
    });

function showOverrides(cli: Cli, state: CalendarState): void {
  cli.list({ ...state, items: state.overrides }, [
    ['date', ({ from, to }) => (from === to ? from : `${from} – ${to}`)],
    ['kind', ({ effect }) => cli.word('dayKindName', effect)],
    ['reason', ({ reason }) => reason],
    ['scope', ({ scope }) => cli.say(`calendar.scope.${scope}`)],
    ['id', ({ id }) => id],
  ]);
}
