import { routes, type Soc } from '@sakimori/contract';
import type { Cli } from '../cli.ts';
import { pick } from '../find.ts';

/** A partner SOC by its name or id. @throws CliFault */
export async function findSoc(cli: Cli, given: string): Promise<Soc> {
  const { items } = await cli.call(routes.listSocs);
  return pick(cli, items, given, { thing: 'soc', namesOf: ({ name }) => [name], list: 'soc list' });
}
