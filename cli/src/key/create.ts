import { type Role, roles, routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Verb } from '../cli.ts';
import { accountIdOf } from '../find.ts';
import { needed, wholeNumber } from '../options.ts';
import { findSoc } from '../soc/find-soc.ts';

type Options = { role: Role; account?: string; soc?: string; days?: number };

/** The key alone goes to standard output, so that it can be piped into a file or a secret store. */
export const createKey: Verb = (noun, cli) =>
  noun
    .command('create')
    .description(cli.say('key.create'))
    .argument('<NAME>', cli.say('argument.keyName'))
    .addOption(needed('--role <ROLE>', cli.say('option.role')).choices([...roles]))
    .option('--account <ACCOUNT>', cli.say('option.keyAccount'))
    .option('--soc <SOC>', cli.say('option.keySoc'))
    .addOption(new Option('--days <N>', cli.say('option.days')).argParser(wholeNumber(cli, 1)))
    .action(async (name: string, { role, account, soc, days }: Options) => {
      const accountId = await accountIdOf(cli, account);
      const socId = soc === undefined ? undefined : (await findSoc(cli, soc)).id;
      const key = await cli.call(routes.createKey, { body: { name, role, accountId, socId, validDays: days } });
      cli.remark(cli.say('done.key', { name: key.name }));
      cli.show(key, () => key.secret);
    });
