import { checkEdition } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { readGiven } from '../files.ts';

/** Needs no manager: the file is read here, before it is given to one. */
export const checkEditionFile: Verb = (noun, cli) =>
  noun
    .command('check')
    .description(cli.say('edition.check'))
    .argument('<FILE>', cli.say('argument.editionFile'))
    .action((path: string) => {
      const { edition, faults } = checkEdition(readGiven(path));
      if (edition) {
        cli.show({ id: edition.id, faults }, () => cli.say('done.editionChecked', { id: edition.id }));
        return;
      }
      cli.show({ faults }, () => faults.map((fault) => `${path}: ${fault.path || '–'}: ${fault.problem}`).join('\n'));
      throw new CliFault('fault.edition', { path, count: faults.length }, exitCodes.configuration);
    });
