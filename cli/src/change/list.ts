import { type Change, changeStates, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, oneOf } from '../options.ts';

type ListOptions = { readonly account?: string; readonly state: Change['state'] | 'open' | 'all' };

export const listChanges: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('change.list'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--state <STATE>', cli.say('option.changeState'), ['open', 'all', ...changeStates]).default('all'))
    .action(async ({ account, state }: ListOptions) => {
      const accountId = account === undefined ? undefined : (await findAccount(cli, account)).id;
      cli.list(await cli.call(routes.listChanges, { query: { accountId, state } }), [
        ['number', ({ number }) => `#${number}`, 'right'],
        ['at', ({ requestedAt }) => cli.time(requestedAt)],
        ['account', ({ accountName }) => accountName],
        ['state', (change) => cli.word('changeState', change.state)],
        ['subject', ({ subject }) => subject],
        ['id', ({ id }) => id],
      ]);
    });

/** A change by its number or its id. */
export async function findChange(cli: Cli, given: string): Promise<Change> {
  const number = /^#?(\d+)$/.exec(given)?.[1];
  if (number === undefined) return cli.call(routes.getChange, { params: { changeId: given } });
  const { items } = await cli.call(routes.listChanges, { query: {} });
  const found = items.find((change) => change.number === Number(number));
  if (!found) throw new Error(cli.say('change.unknown', { given }));
  return found;
}
