import { type DetectionModule, DetectionModule as Modules, type NewMaintenance, routes } from '@sakimori/contract';
import { InvalidArgumentError } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { readGiven } from '../files.ts';
import { findAccount, findHost } from '../find.ts';
import { accountOption, needed, oneOf, timeParser } from '../options.ts';

type Scope = { account: string; hosts?: string; modules?: DetectionModule[] };
type Options = Scope & {
  from: string;
  to: string;
  repeat?: string;
  reason: string;
  how?: NonNullable<NewMaintenance['how']>;
  by?: string;
};

const moduleList =
  (cli: Cli) =>
  (value: string): DetectionModule[] => {
    const words = value.split(',').map((word) => word.trim());
    const found = words.flatMap((word) => Modules.options.find((module) => module === word) ?? []);
    if (found.length === words.length) return found;
    throw new InvalidArgumentError(cli.say('usage.allowed', { list: Modules.options.join(', ') }));
  };

async function scopeOf(cli: Cli, { account, hosts, modules }: Scope) {
  const { id: accountId } = await findAccount(cli, account);
  const hostIds: string[] = [];
  for (const name of (hosts ?? '').split(',').filter(Boolean))
    hostIds.push((await findHost(cli, name.trim(), account)).id);
  return { accountId, scope: { hostIds, ...(modules ? { modules } : {}) } };
}

export const addMaintenance: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('maintenance.add'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--from <TIME>', cli.say('option.from')).argParser(timeParser(cli)))
    .addOption(needed('--to <TIME>', cli.say('option.to')).argParser(timeParser(cli)))
    .addOption(needed('--reason <TEXT>', cli.say('option.maintenanceReason')))
    .option('--hosts <LIST>', cli.say('option.maintenanceHosts'))
    .option('--modules <LIST>', cli.say('option.maintenanceModules'), moduleList(cli))
    .option('--repeat <RULE>', cli.say('option.repeat'))
    .addOption(oneOf('--how <WAY>', cli.say('option.maintenanceHow'), ['console', 'mail', 'phone']))
    .option('--by <NAME>', cli.say('option.maintenanceBy'))
    .action(async (options: Options) => {
      const { accountId, scope } = await scopeOf(cli, options);
      const { from: startsAt, to: endsAt, repeat: rule, reason, how, by: announcedBy } = options;
      const body = { ...scope, startsAt, endsAt, rule, reason, how, announcedBy };
      const made = await cli.call(routes.announceMaintenance, { params: { accountId }, body });
      const facts = { from: cli.time(made.time.startsAt), to: cli.time(made.time.endsAt), id: made.id };
      cli.show(made, () => cli.say('done.maintenance', facts));
      if (made.late) cli.remark(cli.say('done.maintenanceLate'));
    });

export const endMaintenance: Verb = (noun, cli) =>
  noun
    .command('end')
    .description(cli.say('maintenance.end'))
    .argument('<ID>', cli.say('argument.maintenance'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (maintenanceId: string, { account }: { account: string }) => {
      const { id: accountId } = await findAccount(cli, account);
      const ended = await cli.call(routes.endMaintenance, { params: { accountId, maintenanceId } });
      cli.show(ended, () => cli.say('done.maintenanceEnded'));
    });

export const importMaintenance: Verb = (noun, cli) =>
  noun
    .command('import')
    .description(cli.say('maintenance.import'))
    .argument('<FILE>', cli.say('argument.calendarFile'))
    .addOption(accountOption(cli, { required: true }))
    .option('--hosts <LIST>', cli.say('option.maintenanceHosts'))
    .option('--modules <LIST>', cli.say('option.maintenanceModules'), moduleList(cli))
    .action(async (path: string, options: Scope) => {
      const { accountId, scope } = await scopeOf(cli, options);
      const file = readGiven(path);
      const result = await cli.call(routes.importMaintenance, { params: { accountId }, body: { ...scope, file } });
      cli.show(result, () => cli.say('done.maintenanceImported', result));
    });
