import { routes } from '@sakimori/contract';
import { formatAddressRange, parseAddressRange } from '@sakimori/contract/network-address';
import type { Cli, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { findAccount } from '../find.ts';
import { accountOption } from '../options.ts';

type Options = { readonly account: string };

/** Sources that are never blocked, and never proposed to be (S75). */
export const listAllowed: Verb = (noun, cli) =>
  noun
    .command('allowed')
    .description(cli.say('proposal.allowed'))
    .addOption(accountOption(cli, { required: true }))
    .action(async ({ account }: Options) => {
      const { setting } = await settingOf(cli, account);
      cli.list({ items: setting.allow.map((source) => ({ source })) }, [['allowedSource', ({ source }) => source]]);
    });

export const allowSource: Verb = (noun, cli) =>
  noun
    .command('allow')
    .description(cli.say('proposal.allow'))
    .argument('<SOURCE>', cli.say('argument.allowedSource'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (source: string, { account }: Options) => {
      const { accountId, setting } = await settingOf(cli, account);
      const isThere = setting.allow.some((one) => plain(one) === plain(source));
      const put = () =>
        cli.call(routes.putSourceBlocking, {
          params: { accountId },
          body: { ...setting, allow: [...setting.allow, source] },
        });
      const done = isThere ? setting : await put();
      cli.show(done, () => cli.say(isThere ? 'done.sourceAllowedAlready' : 'done.sourceAllowed', { source }));
    });

export const disallowSource: Verb = (noun, cli) =>
  noun
    .command('disallow')
    .description(cli.say('proposal.disallow'))
    .argument('<SOURCE>', cli.say('argument.allowedSource'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (source: string, { account }: Options) => {
      const { accountId, setting } = await settingOf(cli, account);
      const allow = setting.allow.filter((one) => plain(one) !== plain(source));
      if (allow.length === setting.allow.length) throw new CliFault('fault.sourceNotAllowed', { source, account });
      const done = await cli.call(routes.putSourceBlocking, { params: { accountId }, body: { ...setting, allow } });
      cli.show(done, () => cli.say('done.sourceDisallowed', { source }));
    });

async function settingOf(cli: Cli, account: string) {
  const { id: accountId } = await findAccount(cli, account);
  return { accountId, setting: await cli.call(routes.getSourceBlocking, { params: { accountId } }) };
}

/** The same source in one spelling; what is none is for the manager to refuse. */
function plain(source: string): string {
  try {
    return formatAddressRange(parseAddressRange(source));
  } catch {
    return source;
  }
}
