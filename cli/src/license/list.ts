import { type License, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf, pick } from '../find.ts';
import { accountOption } from '../options.ts';

const seatsOf = (cli: Cli, { seats, used, isOverused }: License): string =>
  seats === undefined ? '' : cli.say(isOverused ? 'license.over' : 'license.seats', { used, seats });

export const listLicenses: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('license.list'))
    .addOption(accountOption(cli))
    .option('--retired', cli.say('option.retired'))
    .action(async ({ account, retired }: { account?: string; retired?: boolean }) => {
      const accountId = await accountIdOf(cli, account);
      const query = { accountId, retired: retired ? ('true' as const) : ('false' as const) };
      cli.list(await cli.call(routes.listLicenses, { query }), [
        ['account', (license) => license.accountName],
        ['product', (license) => license.product],
        ['vendor', (license) => license.vendor],
        ['state', (license) => cli.word('licenseState', license.state)],
        ['validTo', (license) => license.validTo],
        ['daysLeft', (license) => String(license.daysLeft), 'right'],
        ['seats', (license) => seatsOf(cli, license)],
        ['licenseKey', ({ keyHint }) => (keyHint === undefined ? '' : `…${keyHint}`)],
        ['proofs', ({ terms }) => String(terms.filter(({ proof }) => proof).length), 'right'],
        ['id', (license) => license.id],
      ]);
    });

/** A license by its id, or by its product within an account. */
export async function findLicense(cli: Cli, given: string, account: string | undefined): Promise<License> {
  const { items } = await cli.call(routes.listLicenses, { query: { accountId: await accountIdOf(cli, account) } });
  return pick(cli, items, given, { thing: 'license', namesOf: ({ product }) => [product], list: 'license list' });
}
