import { type Feature, features, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, wholeNumber } from '../options.ts';

type Options = {
  account: string;
  feature: Feature;
  title: string;
  yen: number;
  quantity: number;
  monthly?: boolean;
  from?: string;
  until?: string;
  validUntil: string;
  beyondPlan?: boolean;
};

export const offerQuote: Verb = (noun, cli) =>
  noun
    .command('offer')
    .description(cli.say('quote.offer'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--feature <FEATURE>', cli.say('option.feature')).choices([...features]))
    .addOption(needed('--title <TEXT>', cli.say('option.title')))
    .addOption(needed('--yen <N>', cli.say('option.yen')).argParser(wholeNumber(cli, 0)))
    .option('--quantity <N>', cli.say('option.quantity'), wholeNumber(cli, 1), 1)
    .option('--monthly', cli.say('option.monthly'))
    .option('--from <DAY>', cli.say('option.quoteFrom'))
    .option('--until <DAY>', cli.say('option.quoteUntil'))
    .addOption(needed('--valid-until <DAY>', cli.say('option.validUntil')))
    .option('--beyond-plan', cli.say('option.beyondPlan'))
    .action(async ({ account, yen, monthly, from, until, ...given }: Options) => {
      const { id: accountId } = await findAccount(cli, account);
      const days = { ...(from ? { startsOn: from } : {}), ...(until ? { endsOn: until } : {}) };
      const body = { ...given, ...days, unitYen: yen, billing: monthly ? ('monthly' as const) : ('once' as const) };
      const quote = await cli.call(routes.createQuote, { params: { accountId }, body });
      cli.show(quote, () => cli.say('done.quote', { number: quote.number, yen: quote.unitYen * quote.quantity }));
    });
