import { type Person, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountNames } from '../find.ts';

export const listPeople: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('person.list'))
    .action(async () => {
      const nameOf = await accountNames(cli);
      cli.list(await cli.call(routes.listPeople), [
        ['name', (person) => person.name],
        ['mail', (person) => person.mail],
        ['role', (person) => cli.word('role', person.role)],
        ['account', (person) => nameOf(person.accountId)],
        ['signIn', (person) => cli.word('cli.person.state', stateOf(person))],
        ['created', (person) => cli.time(person.createdAt)],
        ['id', (person) => person.id],
      ]);
    });

function stateOf(person: Person): string {
  if (person.disabledAt) return 'disabled';
  if (!person.passwordSet) return 'fresh';
  return person.totpEnabled ? 'totp' : 'password';
}
