import { type RouteAnswer, type reportKinds, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { writeInto } from '../files.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed } from '../options.ts';
import { sheet, table } from '../table.ts';

type Kind = (typeof reportKinds)[number];
type Options = { account: string; period: string; out: string; send?: boolean; early?: boolean };
type Composed = RouteAnswer<typeof routes.composeReport>;

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
        const files = save(out, kind, composed);
        const { report, sentTo, id } = composed;
        cli.show({ id, files, sentTo, report }, () => summary(cli, composed, files));
      });

/** The weekly report is a mail (HTML and text), the monthly one a PDF. */
function save(folder: string, kind: Kind, { report, mail, pdf }: Composed): string[] {
  const account = report.accountName.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '');
  const name = `sakimori-${kind}-${account || report.accountId}-${report.period}`;
  if (kind === 'monthly') return [writeInto(folder, `${name}.pdf`, Buffer.from(pdf ?? '', 'base64'))];
  return [writeInto(folder, `${name}.html`, mail.html), writeInto(folder, `${name}.txt`, mail.text)];
}

function summary(cli: Cli, { report, sentTo }: Composed, files: readonly string[]): string {
  const head = (name: string) => cli.say(`head.${name}`);
  const facts = sheet([
    [head('account'), `${report.customerName} / ${report.accountName}`],
    [head('period'), `${report.period} (${cli.time(report.from)} – ${cli.time(report.to)})`],
    [head('previous'), report.previousTotal === undefined ? undefined : String(report.previousTotal)],
    [head('alerts'), String(report.alerts.filter((alert) => alert.state !== 'closed').length)],
    [head('sentTo'), sentTo.join(', ')],
    [head('files'), files.join(', ')],
  ]);
  const figures = table(
    [
      { head: head('module') },
      ...['detected', 'prevented', 'total'].map((name) => ({ head: head(name), right: true })),
    ],
    [
      ...report.byModule.map((each) => [
        cli.word('module', each.module),
        ...[each.detected, each.prevented, each.total].map(String),
      ]),
      [head('total'), '', '', String(report.total)],
    ],
  );
  return `${facts}\n\n${figures}`;
}
