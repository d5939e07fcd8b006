import { decisionWays, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountOption, needed, oneOf } from '../options.ts';
import { findQuote } from './list.ts';

type Decision = {
  account: string;
  as: 'approved' | 'declined';
  by?: string;
  how?: (typeof decisionWays)[number];
  note?: string;
};

export const decideQuote: Verb = (noun, cli) =>
  noun
    .command('decide')
    .description(cli.say('quote.decide'))
    .argument('<QUOTE>', cli.say('argument.quote'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(oneOf('--as <DECISION>', cli.say('option.as'), ['approved', 'declined']).makeOptionMandatory())
    .option('--by <NAME>', cli.say('option.by'))
    .addOption(oneOf('--how <WAY>', cli.say('option.how'), decisionWays))
    .option('--note <TEXT>', cli.say('option.decisionNote'))
    .action(async (given: string, { account, as: decision, ...more }: Decision) => {
      const { accountId, id: quoteId } = await findQuote(cli, given, account);
      const quote = await cli.call(routes.decideQuote, { params: { accountId, quoteId }, body: { decision, ...more } });
      const state = cli.word('quoteState', quote.state);
      cli.show(quote, () => cli.say('done.quoteDecided', { number: quote.number, state }));
    });

export const withdrawQuote: Verb = (noun, cli) =>
  noun
    .command('withdraw')
    .description(cli.say('quote.withdraw'))
    .argument('<QUOTE>', cli.say('argument.quote'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (given: string, { account, reason }: { account: string; reason: string }) => {
      const { accountId, id: quoteId } = await findQuote(cli, given, account);
      const quote = await cli.call(routes.withdrawQuote, { params: { accountId, quoteId }, body: { reason } });
      const state = cli.word('quoteState', quote.state);
      cli.show(quote, () => cli.say('done.quoteDecided', { number: quote.number, state }));
    });

export const workOnQuote: Verb = (noun, cli) =>
  noun
    .command('work')
    .description(cli.say('quote.work'))
    .argument('<QUOTE>', cli.say('argument.quote'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(oneOf('--step <STEP>', cli.say('option.step'), ['started', 'done']).makeOptionMandatory())
    .action(async (given: string, { account, step }: { account: string; step: 'started' | 'done' }) => {
      const { accountId, id: quoteId } = await findQuote(cli, given, account);
      const quote = await cli.call(routes.workOnQuote, { params: { accountId, quoteId }, body: { step } });
      const work = cli.word('quoteWork', quote.work);
      cli.show(quote, () => cli.say('done.quoteWork', { number: quote.number, work }));
    });
