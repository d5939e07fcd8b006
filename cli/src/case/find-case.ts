import { type Case, routes } from '@sakimori/contract';
import type { Cli } from '../cli.ts';
import { CliFault } from '../fault.ts';

/** A case by its id, or by the number that people say. @throws CliFault */
export async function findCaseId(cli: Cli, given: string): Promise<string> {
  if (!/^#?\d{1,9}$/.test(given)) return given;
  const number = Number(given.replace('#', ''));
  const { items } = await cli.call(routes.listCases, { query: { number } });
  const [found]: readonly Case[] = items;
  if (found) return found.id;
  throw new CliFault('fault.unknown', { what: cli.word('thing', 'case'), given, list: 'sakimori case list' });
}
