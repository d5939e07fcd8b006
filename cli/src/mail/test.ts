import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { plain } from '../table.ts';

export const testMail: Verb = (noun, cli) =>
  noun
    .command('test')
    .description(cli.say('mail.test'))
    .argument('<ADDRESS>', cli.say('argument.to'))
    .action(async (to: string) => {
      const answer = await cli.call(routes.sendTestMail, { body: { to } });
      cli.show(answer, () => plain(cli.say('done.testMail', { to, response: answer.response })));
    });
