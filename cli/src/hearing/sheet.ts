import { type Hearing, routes } from '@sakimori/contract';
import type { Cli } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { accountIdOf } from '../find.ts';

export type Chosen = { account?: string; customer?: string };

/** The sheet of an account, or of a customer who has no account yet. @throws CliFault */
export async function findHearing(cli: Cli, { account, customer }: Chosen): Promise<Hearing> {
  if ((account === undefined) === (customer === undefined))
    throw new CliFault('fault.hearingWhose', {}, exitCodes.usage);
  const accountId = await accountIdOf(cli, account);
  const { items } = await cli.call(routes.listHearings, { query: { accountId } });
  const found =
    account === undefined
      ? items.find((one) => one.accountId === undefined && one.customerName === customer)
      : items[0];
  if (!found) throw new CliFault('fault.noHearing', { name: account ?? customer ?? '' });
  return found;
}

/** The version that was named, or the newest. @throws CliFault */
export function numberOf({ versions }: Hearing, given: number | undefined): number {
  const number = given ?? versions[0]?.number;
  if (number === undefined) throw new CliFault('fault.noHearingVersion');
  return number;
}
