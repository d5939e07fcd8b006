import { type Language, languages, type Role, roles, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountIdOf } from '../find.ts';
import { needed, oneOf } from '../options.ts';
import { findSoc } from '../soc/find-soc.ts';

type Options = { name: string; mail: string; role: Role; account?: string; soc?: string; consoleLanguage: Language };

export const addPerson: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('person.add'))
    .addOption(needed('--name <NAME>', cli.say('option.name')))
    .addOption(needed('--mail <ADDRESS>', cli.say('option.mail')))
    .addOption(needed('--role <ROLE>', cli.say('option.role')).choices([...roles]))
    .option('--account <ACCOUNT>', cli.say('option.keyAccount'))
    .option('--soc <SOC>', cli.say('option.keySoc'))
    .addOption(oneOf('--console-language <LANGUAGE>', cli.say('option.personLanguage'), languages).default('ja'))
    .action(async ({ name, mail, role, account, soc, consoleLanguage }: Options) => {
      const accountId = await accountIdOf(cli, account);
      const socId = soc === undefined ? undefined : (await findSoc(cli, soc)).id;
      const body = { name, mail, role, accountId, socId, language: consoleLanguage };
      const added = await cli.call(routes.createPerson, { body });
      cli.remark(cli.say('done.person', { name: added.person.name, mail: added.person.mail }));
      cli.show(added, () => added.link);
    });
