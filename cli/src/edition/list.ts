import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';

export const listEditions: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('edition.list'))
    .action(async () => {
      cli.list(await cli.call(routes.listEditions), [
        ['id', (edition) => edition.id],
        ['name', (edition) => edition.name[cli.language]],
        ['title', (edition) => edition.title[cli.language]],
        ['standard', (edition) => (edition.isDefault ? cli.say('yes') : '')],
      ]);
    });
