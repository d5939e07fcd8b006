import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findPerson } from '../find.ts';

export const disablePerson: Verb = (noun, cli) =>
  noun
    .command('disable')
    .description(cli.say('person.disable'))
    .argument('<PERSON>', cli.say('argument.person'))
    .action(async (given: string) => {
      const person = await findPerson(cli, given);
      await cli.call(routes.disablePerson, { params: { personId: person.id } });
      cli.show(person, () => cli.say('done.disabled', { name: person.name, mail: person.mail }));
    });
