import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount, pick } from '../find.ts';
import { accountOption } from '../options.ts';

export const removeContact: Verb = (noun, cli) =>
  noun
    .command('remove')
    .description(cli.say('contact.remove'))
    .argument('<CONTACT>', cli.say('argument.contact'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (given: string, options: { account: string }) => {
      const { id: accountId, name: account } = await findAccount(cli, options.account);
      const { items } = await cli.call(routes.listContacts, { params: { accountId } });
      const contact = pick(cli, items, given, {
        thing: 'contact',
        namesOf: ({ mail }) => [mail],
        list: `contact list --account ${account}`,
      });
      await cli.call(routes.deleteContact, { params: { accountId, contactId: contact.id } });
      cli.show(contact, () => cli.say('done.contactRemoved', { name: contact.name, mail: contact.mail }));
    });
