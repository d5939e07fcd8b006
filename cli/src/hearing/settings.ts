import { type Language, languages, routes, type SheetComparison } from '@sakimori/contract';
import { sourceText } from '@sakimori/contract/hearing/index';
import type { Cli, Verb } from '../cli.ts';
import { writeInto } from '../files.ts';
import { accountIdOf } from '../find.ts';
import { accountOption, oneOf, wholeNumber } from '../options.ts';
import { type Chosen, findHearing, numberOf } from './sheet.ts';

type Options = Chosen & { version?: number; all?: boolean; out?: string; bookLanguage: Language };

export const createHearing: Verb = (noun, cli) =>
  noun
    .command('create')
    .description(cli.say('hearing.create'))
    .addOption(accountOption(cli))
    .option('--customer <NAME>', cli.say('option.hearingCustomer'))
    .action(async ({ account, customer }: Chosen) => {
      const accountId = await accountIdOf(cli, account);
      const made = await cli.call(routes.createHearing, {
        body: { ...(accountId ? { accountId } : {}), ...(customer === undefined ? {} : { customerName: customer }) },
      });
      cli.show(made, () => cli.say('done.hearing', { name: made.customerName, id: made.id }));
    });

export const listHearings: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('hearing.list'))
    .action(async () => {
      cli.list(await cli.call(routes.listHearings, { query: {} }), [
        ['customer', (hearing) => hearing.customerName],
        ['version', (hearing) => String(hearing.versions[0]?.number ?? ''), 'right'],
        ['state', (hearing) => (hearing.versions[0] ? cli.word('hearingState', hearing.versions[0].state) : '')],
        ['by', (hearing) => hearing.versions[0]?.createdBy ?? ''],
        ['applied', (hearing) => String(hearing.versions.find(({ appliedAt }) => appliedAt)?.number ?? ''), 'right'],
        ['id', (hearing) => hearing.id],
      ]);
    });

export const diffHearing: Verb = (noun, cli) =>
  noun
    .command('diff')
    .description(cli.say('hearing.diff'))
    .addOption(accountOption(cli))
    .option('--customer <NAME>', cli.say('option.hearingCustomer'))
    .option('--version <NUMBER>', cli.say('option.hearingVersion'), wholeNumber(cli, 1))
    .option('--all', cli.say('option.hearingAll'))
    .option('--out <FOLDER>', cli.say('option.hearingOut'))
    .addOption(oneOf('--book-language <LANGUAGE>', cli.say('option.bookLanguage'), languages).default('ja'))
    .action(async ({ version, all = false, out, bookLanguage, ...chosen }: Options) => {
      const hearing = await findHearing(cli, chosen);
      const params = { hearingId: hearing.id, number: numberOf(hearing, version) };
      const compared = await cli.call(routes.compareHearing, { params });
      show(cli, compared, all);
      if (out === undefined) return;
      const file = await cli.call(routes.printHearing, { params, query: { language: bookLanguage } });
      cli.remark(
        cli.say('done.hearingPrinted', { path: writeInto(out, file.name, Buffer.from(file.content, 'base64')) }),
      );
    });

/** Settings that differ; all of them where it is asked for. */
function show(cli: Cli, compared: SheetComparison, all: boolean): void {
  const items = all ? compared.items : compared.items.filter(({ state }) => state === 'differs');
  const facts = { count: compared.items.length, differences: compared.differences };
  cli.list({ ...compared, items }, [
    ['setting', (item) => item.name[cli.language]],
    ['wanted', (item) => item.wanted[cli.language]],
    ['live', (item) => item.live[cli.language]],
    ['state', (item) => cli.word('settingState', item.state)],
    ['cell', (item) => sourceText(item)],
  ]);
  cli.remark(cli.say('done.hearingCompared', facts));
}

export const applyHearing: Verb = (noun, cli) =>
  noun
    .command('apply')
    .description(cli.say('hearing.apply'))
    .addOption(accountOption(cli))
    .option('--version <NUMBER>', cli.say('option.hearingVersion'), wholeNumber(cli, 1))
    .action(async ({ version, ...chosen }: Options) => {
      const hearing = await findHearing(cli, chosen);
      const number = numberOf(hearing, version);
      const applied = await cli.call(routes.applyHearing, { params: { hearingId: hearing.id, number } });
      cli.show(applied, () =>
        cli.say('done.hearingApplied', {
          number,
          changed: applied.changed,
          count: applied.items.length,
          differences: applied.differences,
        }),
      );
    });
