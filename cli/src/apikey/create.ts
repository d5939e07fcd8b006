import { routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, wholeNumber } from '../options.ts';
import { pickRole } from './find-apikey.ts';

type Options = { account: string; role: string; days?: number; description?: string };
const dayMs = 86_400_000;

/** The secret alone goes to standard output, so that it can be piped into a file or a secret store. */
export const createApiKey: Verb = (noun, cli) =>
  noun
    .command('create')
    .description(cli.say('apikey.create'))
    .argument('<NAME>', cli.say('argument.apikeyName'))
    .addOption(accountOption(cli, { required: true }))
    .option('--role <ROLE>', cli.say('option.roleName'), 'Full Access')
    .addOption(new Option('--days <N>', cli.say('option.days')).argParser(wholeNumber(cli, 1)))
    .option('--description <TEXT>', cli.say('option.description'))
    .action(async (name: string, options: Options) => {
      const { id: accountId } = await findAccount(cli, options.account);
      const { roles } = await cli.call(routes.listWorkloadKeys, { params: { accountId } });
      const role = pickRole(cli, roles, options.role, options.account);
      const expiresAt = options.days && new Date(Date.now() + options.days * dayMs).toISOString();
      const body = { name, roleId: role.id, description: options.description, ...(expiresAt ? { expiresAt } : {}) };
      const key = await cli.call(routes.createWorkloadKey, { params: { accountId }, body });
      const { address } = await cli.call(routes.getWorkloadSecurity);
      cli.remark(cli.say('done.apikey', { name: key.name, address }));
      cli.show({ ...key, address }, () => key.secret);
    });
