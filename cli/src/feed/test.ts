import { phrase, routes, type WebTrialOutcome, type webSecurityLevels } from '@sakimori/contract';
import { webSecurityLevels as levels } from '@sakimori/contract/policy-webreputation';
import type { Cli, Verb } from '../cli.ts';
import { findAccount, findHost } from '../find.ts';
import { accountOption, oneOf } from '../options.ts';

type Options = { account?: string; host?: string; level: (typeof webSecurityLevels)[number] };

export const testAddress: Verb = (noun, cli) =>
  noun
    .command('test')
    .description(cli.say('feed.test'))
    .argument('<URL>', cli.say('argument.webAddress'))
    .addOption(accountOption(cli))
    .option('--host <HOST>', cli.say('argument.host'))
    .addOption(oneOf('--level <LEVEL>', cli.say('option.webLevel'), levels).default('medium'))
    .action(async (address: string, { account, host, level }: Options) => {
      const outcome = await cli.call(routes.tryWebAddress, {
        body: {
          ...{ address, securityLevel: level },
          ...(account === undefined ? {} : { accountId: (await findAccount(cli, account)).id }),
          ...(host === undefined ? {} : { hostId: (await findHost(cli, host, account)).id }),
        },
      });
      cli.show(outcome, () => explain(cli, outcome));
    });

function explain(cli: Cli, outcome: WebTrialOutcome): string {
  const { language } = cli;
  const { address, isBlocked, reason, matched, rating, score, category, feed, securityLevel } = outcome;
  const facts = [rating && phrase(language, `web.rating.${rating}`), score, category, matched, feed].filter(
    (one) => one !== undefined,
  );
  return [
    cli.say(isBlocked ? 'feed.blocked' : 'feed.allowed', {
      address,
      level: phrase(language, `web.level.${securityLevel}`),
    }),
    phrase(language, `web.reason.${reason}`),
    ...(facts.length > 0 ? [facts.join(' · ')] : []),
  ].join('\n');
}
