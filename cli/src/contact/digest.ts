import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount, pick } from '../find.ts';
import { accountOption, wholeNumber } from '../options.ts';

type Options = { account: string; singles?: number; window?: number };

/** Without bounds it is as everybody has it. */
export const setContactDigest: Verb = (noun, cli) =>
  noun
    .command('digest')
    .description(cli.say('contact.digest'))
    .argument('<CONTACT>', cli.say('argument.contact'))
    .addOption(accountOption(cli, { required: true }))
    .option('--singles <N>', cli.say('option.singles'), wholeNumber(cli, 0))
    .option('--window <MINUTES>', cli.say('option.window'), wholeNumber(cli, 1))
    .action(async (given: string, { account, singles, window }: Options) => {
      const { id: accountId, name } = await findAccount(cli, account);
      const { items } = await cli.call(routes.listContacts, { params: { accountId } });
      const contact = pick(cli, items, given, {
        thing: 'contact',
        namesOf: ({ mail }) => [mail],
        list: `contact list --account ${name}`,
      });
      const digest = await cli.call(routes.setContactDigest, {
        params: { accountId, contactId: contact.id },
        body: { singlesMax: singles, windowMinutes: window },
      });
      const facts = { count: digest.singlesMax, minutes: digest.windowMinutes };
      cli.show(digest, () => cli.say('done.digest', facts));
    });
