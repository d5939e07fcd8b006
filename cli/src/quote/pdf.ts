import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { writeInto } from '../files.ts';
import { pick } from '../find.ts';
import { accountOption } from '../options.ts';
import { findQuote } from './list.ts';

type Options = { account: string; out: string; to: string[] };

/** The document of a quote, in the language of the command, into a folder, and with `--to` to contacts of the account. */
export const quotePdf: Verb = (noun, cli) =>
  noun
    .command('pdf')
    .description(cli.say('quote.pdf'))
    .argument('<QUOTE>', cli.say('argument.quote'))
    .addOption(accountOption(cli, { required: true }))
    .option('--out <FOLDER>', cli.say('option.out'), '.')
    .option('--to <MAIL>', cli.say('option.quoteTo'), (mail: string, all: string[]) => [...all, mail], [] as string[])
    .action(async (given: string, { account, out, to }: Options) => {
      const { accountId, id: quoteId } = await findQuote(cli, given, account);
      const params = { accountId, quoteId };
      const { items } = await cli.call(routes.listContacts, { params: { accountId } });
      const contactIds = to.map(
        (mail) =>
          pick(cli, items, mail, {
            thing: 'contact',
            namesOf: (one) => [one.mail],
            list: `contact list --account ${account}`,
          }).id,
      );
      const made = await cli.call(routes.getQuoteDocument, { params, query: {} });
      const path = writeInto(out, made.name, Buffer.from(made.content, 'base64'));
      const sentTo =
        contactIds.length > 0 ? (await cli.call(routes.sendQuote, { params, body: { contactIds } })).sentTo : [];
      const lines = [cli.say('done.quotePdf', { path })];
      if (sentTo.length > 0) lines.push(cli.say('done.quoteSent', { to: sentTo.join(', ') }));
      cli.show({ path, sha256: made.sha256, sentTo }, () => lines.join('\n'));
    });
