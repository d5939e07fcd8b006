import { clauseList, type Edition, planTable, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { table } from '../table.ts';

export const showEdition: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('edition.show'))
    .argument('[EDITION]', cli.say('argument.edition'))
    .action(async (given: string | undefined) => {
      const editionId = given ?? (await standardId(cli));
      const edition = await cli.call(routes.getEdition, { params: { editionId } });
      cli.show(edition, () => tell(cli, edition));
    });

async function standardId(cli: Cli): Promise<string> {
  const { items } = await cli.call(routes.listEditions);
  return (items.find(({ isDefault }) => isDefault) ?? items[0])?.id ?? '';
}

/** The plan table, the clauses, and how unclear places are read. */
function tell(cli: Cli, edition: Edition): string {
  const { language } = cli;
  const shown = planTable(edition, language);
  const heads = [cli.say('head.category'), cli.say('head.service'), ...shown.head];
  const rows = shown.rows.map(({ category, service, cells }) => [category, service.join(' / '), ...cells]);
  const clauses = clauseList(edition).map(({ number, text }) => [number, text[language]]);
  const readings = edition.readings.map(({ id, clause, reading }) => [id, clause, reading[language]]);
  return [
    `${edition.title[language]} ${edition.name[language]}`,
    table(
      heads.map((head) => ({ head })),
      rows,
    ),
    table([{ head: cli.say('head.clause') }, { head: cli.say('head.text') }], clauses),
    table(
      ['reading', 'clause', 'text'].map((head) => ({ head: cli.say(`head.${head}`) })),
      readings,
    ),
  ].join('\n\n');
}
