import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findPerson } from '../find.ts';

export const linkPerson: Verb = (noun, cli) =>
  noun
    .command('link')
    .description(cli.say('person.link'))
    .argument('<PERSON>', cli.say('argument.person'))
    .action(async (given: string) => {
      const person = await findPerson(cli, given);
      const issued = await cli.call(routes.issueLink, { params: { personId: person.id } });
      cli.remark(cli.say('done.link', { expires: cli.time(issued.expiresAt) }));
      cli.show(issued, () => issued.link);
    });
