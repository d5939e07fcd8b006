import { readFileSync } from 'node:fs';
import { type ChangeWish, routes, ChangeWish as WishModel } from '@sakimori/contract';
import { InvalidArgumentError } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed } from '../options.ts';
import { tellChange } from './show.ts';

type AskOptions = {
  readonly account: string;
  readonly wish: ChangeWish;
  readonly reason: string;
  readonly requester?: string;
  readonly ticket?: string;
  readonly subject?: string;
};

/** A wish is JSON, or `@FILE` with it. */
const readWish =
  (cli: Cli) =>
  (given: string): ChangeWish => {
    try {
      const text = given.startsWith('@') ? readFileSync(given.slice(1), 'utf8') : given;
      return WishModel.parse(JSON.parse(text));
    } catch (error) {
      throw new InvalidArgumentError(cli.say('usage.wish', { detail: (error as Error).message.slice(0, 500) }));
    }
  };

export const askChange: Verb = (noun, cli) =>
  noun
    .command('ask')
    .description(cli.say('change.ask'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--wish <JSON>', cli.say('option.changeWish')).argParser(readWish(cli)))
    .addOption(needed('--reason <TEXT>', cli.say('option.changeReason')))
    .option('--requester <NAME>', cli.say('option.changeRequester'))
    .option('--ticket <ID>', cli.say('option.changeTicket'))
    .option('--subject <TEXT>', cli.say('option.changeSubject'))
    .action(async ({ account, ticket, ...given }: AskOptions) => {
      const { id: accountId } = await findAccount(cli, account);
      const body = { ...given, ...(ticket === undefined ? {} : { ticketId: ticket }) };
      tellChange(cli, await cli.call(routes.createChange, { params: { accountId }, body }));
    });
