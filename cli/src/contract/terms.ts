import { decisionWays, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, oneOf } from '../options.ts';
import { table } from '../table.ts';

export const showTerms: Verb = (noun, cli) =>
  noun
    .command('terms')
    .description(cli.say('contract.terms'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (options: { account: string }) => {
      const { id: accountId } = await findAccount(cli, options.account);
      const terms = await cli.call(routes.getTerms, { params: { accountId } });
      const heads = ['version', 'at', 'by', 'how'].map((head) => ({ head: cli.say(`head.${head}`) }));
      cli.show(terms, () =>
        [
          cli.say(`terms.${terms.state}`, { edition: terms.edition, version: terms.version }),
          ...terms.clauses.map((clause) => `§${clause.number} ${clause[cli.language]}`),
          table(
            heads,
            terms.consents.map(({ edition, version, agreedOn, agreedBy, agreedHow }) => [
              ...[`${edition}/${version}`, agreedOn, agreedBy, cli.word('quoteWay', agreedHow)],
            ]),
          ),
        ].join('\n'),
      );
    });

type Agreement = { account: string; by: string; how: (typeof decisionWays)[number]; on?: string };

export const agreeToTerms: Verb = (noun, cli) =>
  noun
    .command('agree')
    .description(cli.say('contract.agree'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--by <NAME>', cli.say('option.by')))
    .addOption(oneOf('--how <WAY>', cli.say('option.how'), decisionWays).makeOptionMandatory())
    .option('--on <DAY>', cli.say('option.agreedOn'))
    .action(async ({ account, ...given }: Agreement) => {
      const { id: accountId } = await findAccount(cli, account);
      const { version } = await cli.call(routes.getTerms, { params: { accountId } });
      const terms = await cli.call(routes.recordConsent, { params: { accountId }, body: { version, ...given } });
      cli.show(terms, () => cli.say('terms.agreed', { edition: terms.edition, version: terms.version }));
    });

export const listConsents: Verb = (noun, cli) =>
  noun
    .command('consents')
    .description(cli.say('contract.consents'))
    .action(async () =>
      cli.list(await cli.call(routes.listConsentStates), [
        ['account', (one) => one.accountName],
        ['customer', (one) => one.customerName],
        ['version', (one) => `${one.edition}/${one.version}`],
        ['state', (one) => cli.word('console.terms', one.state)],
        ['agreed', ({ last }) => (last ? `${last.edition}/${last.version}` : '')],
        ['at', ({ last }) => last?.agreedOn ?? ''],
        ['by', ({ last }) => last?.agreedBy ?? ''],
      ]),
    );
