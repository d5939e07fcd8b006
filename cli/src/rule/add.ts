import { basename } from 'node:path';
import { routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Verb } from '../cli.ts';
import { readGiven } from '../files.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, wholeNumber } from '../options.ts';
import { sheet } from '../table.ts';

type Options = { account: string; name?: string; log: string[]; replace?: number; reason: string };

/** A file of log-inspection rules, Sigma or OSSEC's XML, becomes a rule of the account. */
export const addRule: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('rule.add'))
    .argument('<FILE>', cli.say('argument.ruleFile'))
    .addOption(accountOption(cli, { required: true }))
    .option('--name <NAME>', cli.say('option.ruleName'))
    .addOption(new Option('--log <PATH>', cli.say('option.log')).default([]).argParser(another))
    .addOption(new Option('--replace <ID>', cli.say('option.replace')).argParser(wholeNumber(cli, 1)))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (file: string, { account, name, log, replace, reason }: Options) => {
      const text = readGiven(file);
      const { id: accountId } = await findAccount(cli, account);
      const body = { name: name ?? basename(file), text, ruleId: replace, logs: log, reason };
      const stored = await cli.call(routes.storeLogRules, { params: { accountId }, body });
      cli.show(stored, () =>
        [
          sheet([
            [cli.say('head.rule'), stored.name],
            [cli.say('head.apiId'), String(stored.id)],
            [cli.say('head.ruleCount'), String(stored.ruleCount)],
          ]),
          ...stored.leftOut,
        ].join('\n'),
      );
    });

const another = (path: string, before: readonly string[]): string[] => [...before, path];
