import { type reportKinds, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed } from '../options.ts';
import { saveReport, tellReport } from './tell-report.ts';

type Kind = (typeof reportKinds)[number];
type Options = { account: string; period: string; out: string; send?: boolean; early?: boolean };

export const composeReport =
  (kind: Kind): Verb =>
  (noun, cli) =>
    noun
      .command(kind)
      .description(cli.say(`report.${kind}`))
      .addOption(accountOption(cli, { required: true }))
      .addOption(needed('--period <PERIOD>', cli.say('option.period')))
      .option('--out <FOLDER>', cli.say('option.out'), '.')
      .option('--send', cli.say('option.send'))
      .option('--early', cli.say('option.early'))
      .action(async ({ account, period, out, send = false, early = false }: Options) => {
        const { id: accountId } = await findAccount(cli, account);
        const composed = await cli.call(routes.composeReport, { body: { accountId, kind, period, send, early } });
        const files = saveReport(out, composed.report, composed);
        const { report, sentTo, id } = composed;
        cli.show({ id, files, sentTo, report }, () => tellReport(cli, report, { sentTo, files }));
      });
