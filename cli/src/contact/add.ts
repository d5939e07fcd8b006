import { type Contact, contactPurposes, type Language, languages, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, oneOf, someOf } from '../options.ts';

type Options = {
  account: string;
  name: string;
  mail: string;
  mailLanguage: Language;
  receives: Contact['purposes'];
  phone?: string;
  reading?: string;
};

export const addContact: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('contact.add'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--name <NAME>', cli.say('option.name')))
    .addOption(needed('--mail <ADDRESS>', cli.say('option.mail')))
    .addOption(oneOf('--mail-language <LANGUAGE>', cli.say('option.mailLanguage'), languages).default('ja'))
    .option('--phone <NUMBER>', cli.say('option.contactPhone'))
    .option('--reading <KANA>', cli.say('option.contactReading'))
    .addOption(someOf('--receives <KINDS>', cli.say('option.purposes'), contactPurposes, cli))
    .action(async ({ account, name, mail, mailLanguage, receives, ...found }: Options) => {
      const { id } = await findAccount(cli, account);
      const contact = await cli.call(routes.createContact, {
        params: { accountId: id },
        body: { name, mail, language: mailLanguage, purposes: receives, ...found },
      });
      cli.show(contact, () => cli.say('done.contact', { name: contact.name, mail: contact.mail }));
    });
