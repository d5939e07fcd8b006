import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption } from '../options.ts';

export const listContacts: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('contact.list'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (options: { account: string }) => {
      const { id } = await findAccount(cli, options.account);
      cli.list(await cli.call(routes.listContacts, { params: { accountId: id } }), [
        ['name', (contact) => contact.name],
        ['mail', (contact) => contact.mail],
        ['language', (contact) => contact.language],
        ['purposes', (contact) => contact.purposes.map((purpose) => cli.word('cli.purpose', purpose)).join(', ')],
        [
          'problem',
          ({ bouncedAt, bounceReason }) =>
            bouncedAt ? cli.say('bounced', { at: cli.time(bouncedAt), reason: bounceReason ?? '–' }) : '',
        ],
        ['id', (contact) => contact.id],
      ]);
    });
