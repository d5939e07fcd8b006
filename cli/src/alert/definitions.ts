import { type AccountAlertDefinition, checkAlertDefinitions, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { readGiven } from '../files.ts';
import { accountIdOf, findAccount } from '../find.ts';
import { accountOption, needed, wholeNumber } from '../options.ts';

export const listAlertDefinitions: Verb = (noun, cli) =>
  noun
    .command('definitions')
    .description(cli.say('alert.definitions'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const accountId = await accountIdOf(cli, account);
      const found = await cli.call(routes.listAlertDefinitions, { query: { accountId } });
      cli.list(found, [
        ['id', ({ id }) => id],
        ['name', ({ name }) => name[cli.language]],
        ['raised', (definition) => raisedWhen(cli, definition)],
        ['ends', ({ resolve }) => endsBy(cli, resolve)],
        ['mails', ({ mails }) => cli.word('console.definitions', mails ? 'mailed' : 'notMailed')],
        ['attack', ({ attack }) => attack.join(' ')],
        ['override', ({ override }) => override?.reason ?? ''],
      ]);
    });

function raisedWhen(cli: Cli, { threshold, holdMinutes, override }: AccountAlertDefinition): string {
  if (override?.isOff) return cli.word('console.definitions', 'off');
  const hold = override?.holdMinutes ?? holdMinutes;
  const bound = override?.threshold ?? threshold;
  if (hold !== undefined) return hold === 0 ? cli.word('console.definitions', 'atOnce') : `${hold} min`;
  return bound && bound.count > 1
    ? `${bound.count} / ${bound.withinMinutes} min`
    : cli.word('console.definitions', 'each');
}

const endsBy = (cli: Cli, resolve: AccountAlertDefinition['resolve']): string =>
  resolve.by === 'quiet' ? `${resolve.minutes} min` : cli.word('console.definitions.ends', resolve.by);

type Options = { account: string; count?: number; within?: number; hold?: number; off?: true; reason: string };

export const defineAlert: Verb = (noun, cli) =>
  noun
    .command('define')
    .description(cli.say('alert.define'))
    .argument('<DEFINITION>', cli.say('argument.definition'))
    .addOption(accountOption(cli, { required: true }))
    .option('--count <N>', cli.say('option.thresholdCount'), wholeNumber(cli, 1))
    .option('--within <MINUTES>', cli.say('option.thresholdWithin'), wholeNumber(cli, 1))
    .option('--hold <MINUTES>', cli.say('option.hold'), wholeNumber(cli, 0))
    .option('--off', cli.say('option.off'))
    .addOption(needed('--reason <TEXT>', cli.say('option.overrideReason')))
    .action(async (definitionId: string, { account, count, within, hold, off, reason }: Options) => {
      if ((count === undefined) !== (within === undefined)) throw new CliFault('fault.thresholdParts');
      const { id: accountId } = await findAccount(cli, account);
      const threshold = count !== undefined && within !== undefined ? { count, withinMinutes: within } : undefined;
      const body = { threshold, holdMinutes: hold, isOff: off ?? false, reason };
      const changed = await cli.call(routes.setAlertOverride, { params: { accountId, definitionId }, body });
      cli.show(changed, () => cli.say('done.defined', { id: definitionId }));
    });

export const undefineAlert: Verb = (noun, cli) =>
  noun
    .command('undefine')
    .description(cli.say('alert.undefine'))
    .argument('<DEFINITION>', cli.say('argument.definition'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (definitionId: string, { account }: { account: string }) => {
      const { id: accountId } = await findAccount(cli, account);
      const changed = await cli.call(routes.resetAlertOverride, { params: { accountId, definitionId } });
      cli.show(changed, () => cli.say('done.undefined', { id: definitionId }));
    });

/** Needs no manager: the file is read here, before it is given to one. */
export const checkAlertFile: Verb = (noun, cli) =>
  noun
    .command('check')
    .description(cli.say('alert.check'))
    .argument('<FILE>', cli.say('argument.definitionFile'))
    .action((path: string) => {
      const { definitions, faults } = checkAlertDefinitions(readGiven(path));
      if (faults.length === 0) {
        cli.show({ count: definitions.length, faults }, () =>
          cli.say('done.definitionsChecked', { count: definitions.length }),
        );
        return;
      }
      cli.show({ faults }, () => faults.map((fault) => `${path}: ${fault.path || '–'}: ${fault.problem}`).join('\n'));
      throw new CliFault('fault.definitions', { path, count: faults.length }, exitCodes.configuration);
    });
