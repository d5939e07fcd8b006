import { type Day, type Deadline, type DueRule, Refusal, routes } from '@sakimori/contract';
import { deadlineOf, listDays, makeCalendar } from '@sakimori/contract/calendar/index';
import type { Cli } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { findAccount } from '../find.ts';

/** Where days and deadlines come from: a manager with the provider's own days, or what this program carries itself. */
export type Asked = { readonly account?: string | undefined; readonly builtin?: boolean | undefined };
export type Days = { readonly calendarVersion: string; readonly items: readonly Day[] };

/** @throws Refusal, CliFault */
export const askDays = (cli: Cli, asked: Asked, from: string, to: string): Promise<Days> =>
  ask(
    cli,
    asked,
    (accountId) => cli.call(routes.listDays, { query: { from, to, accountId } }),
    () => {
      const calendar = makeCalendar();
      return { calendarVersion: calendar.version, items: listDays(calendar, from, to) };
    },
  );

/** @throws Refusal, CliFault */
export const askDeadline = (cli: Cli, asked: Asked, rule: DueRule, at: Temporal.Instant): Promise<Deadline> =>
  ask(
    cli,
    asked,
    (accountId) => cli.call(routes.getDeadline, { query: { rule, at: at.toString(), accountId } }),
    () => deadlineOf(makeCalendar(), rule, at),
  );

/**
 * Asks the manager, and where none is known to run the calendar that the program carries. A manager that was named must answer: without it
 * the days that its provider closed would silently be business days.
 */
async function ask<T>(
  cli: Cli,
  { account, builtin = false }: Asked,
  manager: (accountId: string | undefined) => Promise<T>,
  own: () => T,
): Promise<T> {
  if (builtin) return own();
  try {
    return await manager(account === undefined ? undefined : (await findAccount(cli, account)).id);
  } catch (error) {
    if (account !== undefined || !isNoManager(cli, error)) throw error;
    cli.remark(cli.say('calendar.builtin'));
    return own();
  }
}

function isNoManager(cli: Cli, error: unknown): boolean {
  if (!(error instanceof CliFault) || error instanceof Refusal) return false;
  if (error.phraseName === 'fault.noConnection') return true;
  return error.phraseName === 'fault.unreachable' && !cli.isServerNamed();
}
