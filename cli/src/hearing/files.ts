import { basename } from 'node:path';
import type { HearingDefinition, HearingFault } from '@sakimori/contract';
import { type Language, languages, type RouteAnswer, routes } from '@sakimori/contract';
import { definitionOf, faultText, isComplete, readHearing } from '@sakimori/contract/hearing/index';
import { XlsxFault, xlsxBytesMax } from '@sakimori/contract/workbook/archive';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { readBytes, writeInto } from '../files.ts';
import { accountOption, oneOf } from '../options.ts';
import { type Chosen, findHearing } from './sheet.ts';

export const exportHearing: Verb = (noun, cli) =>
  noun
    .command('export')
    .description(cli.say('hearing.export'))
    .addOption(accountOption(cli))
    .option('--customer <NAME>', cli.say('option.hearingCustomer'))
    .addOption(oneOf('--book-language <LANGUAGE>', cli.say('option.bookLanguage'), languages).default('ja'))
    .option('--out <FOLDER>', cli.say('option.out'), '.')
    .action(async ({ bookLanguage, out, ...chosen }: Chosen & { bookLanguage: Language; out: string }) => {
      const { id } = await findHearing(cli, chosen);
      const file = await cli.call(routes.exportHearing, {
        params: { hearingId: id },
        query: { language: bookLanguage },
      });
      const path = writeInto(out, file.name, Buffer.from(file.content, 'base64'));
      cli.show({ path }, () => cli.say('done.hearingExported', { path }));
    });

/** Needs no manager: the file is read here, before it is sent to one. */
export const checkHearing: Verb = (noun, cli) =>
  noun
    .command('check')
    .description(cli.say('hearing.check'))
    .argument('<FILE>', cli.say('argument.hearingFile'))
    .action((path: string) => {
      const { definition, faults, hearingId } = readOrTell(cli, path);
      tell(cli, definition, faults, { path, hearingId });
      if (!isComplete(faults))
        throw new CliFault('fault.hearingFaults', { path, count: countOf(faults) }, exitCodes.data);
    });

function readOrTell(cli: Cli, path: string) {
  const bytes = readBytes(path);
  try {
    return readHearing(bytes, definitionOf);
  } catch (error) {
    if (!(error instanceof XlsxFault)) throw error;
    throw new CliFault('fault.hearingFile', { path, why: cli.word('workbookFault', error.code) }, exitCodes.data);
  }
}

const countOf = (faults: readonly HearingFault[]): number => faults.filter(({ level }) => level !== 'caution').length;

function tell(cli: Cli, definition: HearingDefinition, faults: readonly HearingFault[], more: object): void {
  const texts = faults.map((fault) => ({ ...fault, text: faultText(definition, cli.language, fault) }));
  cli.show({ ...more, faults: texts }, () =>
    texts.length === 0
      ? cli.say('done.hearingChecked')
      : texts.map(({ level, text }) => `${cli.word('hearingLevel', level)}  ${text}`).join('\n'),
  );
}

export const importHearing: Verb = (noun, cli) =>
  noun
    .command('import')
    .description(cli.say('hearing.import'))
    .argument('<FILE>', cli.say('argument.hearingFile'))
    .addOption(accountOption(cli))
    .option('--customer <NAME>', cli.say('option.hearingCustomer'))
    .action(async (path: string, chosen: Chosen) => {
      const bytes = readBytes(path);
      if (bytes.length > xlsxBytesMax)
        throw new CliFault('fault.hearingFile', { path, why: cli.word('workbookFault', 'tooLarge') }, exitCodes.data);
      const { id, definition } = await findHearing(cli, chosen);
      const body = { name: basename(path), content: Buffer.from(bytes).toString('base64') };
      const answer: RouteAnswer<typeof routes.importHearing> = await cli.call(routes.importHearing, {
        params: { hearingId: id },
        body,
      });
      const { outcome, version, faults } = answer;
      if (outcome === 'refused') {
        tell(cli, definitionOf(definition)!, faults, { outcome });
        throw new CliFault('fault.hearingFaults', { path, count: countOf(faults) }, exitCodes.data);
      }
      const facts = { number: version!.number, state: cli.word('hearingState', version!.state) };
      cli.show({ outcome, number: version!.number, state: version!.state, faults }, () =>
        cli.say(outcome === 'duplicate' ? 'done.hearingDuplicate' : 'done.hearingImported', facts),
      );
      for (const fault of faults) cli.remark(faultText(definitionOf(definition)!, cli.language, fault));
    });
