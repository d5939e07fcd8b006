import { type DeliveryWay, deliveryWays, type ReportIssue, type ReportIssueDetail, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { accountIdOf, findAccount } from '../find.ts';
import { accountOption, oneOf, wholeNumber } from '../options.ts';
import { sheet, table } from '../table.ts';

/** Reports that have to leave: what is due, who signs, what became of each letter. */

const stateOf = (cli: Cli, { state, isLate }: ReportIssue): string =>
  cli.word('issueState', state) + (isLate ? ` (${cli.say('report.late')})` : '');

export const listBoard: Verb = (noun, cli) =>
  noun
    .command('board')
    .description(cli.say('report.board'))
    .addOption(accountOption(cli))
    .option('--sent', cli.say('option.boardSent'))
    .action(async ({ account, sent = false }: { account?: string; sent?: boolean }) => {
      const accountId = await accountIdOf(cli, account);
      const show = sent ? 'sent' : 'unsent';
      cli.list(await cli.call(routes.listReportIssues, { query: { accountId, show } }), [
        ['dueDay', (issue) => issue.dueDay],
        ['account', (issue) => issue.accountName],
        ['kind', (issue) => cli.word('report.title', issue.kind)],
        ['period', (issue) => issue.period],
        ['state', (issue) => stateOf(cli, issue)],
        ['waits', (issue) => cli.word('waitsFor', issue.waitsFor)],
        ['total', (issue) => String(issue.usual?.total ?? ''), 'right'],
        ['signatures', (issue) => `${issue.signatures.length}/${issue.signaturesNeeded}`],
        ['delivered', (issue) => deliveredOf(issue)],
        ['id', (issue) => issue.id],
      ]);
    });

const deliveredOf = ({ deliveries: { accepted, waiting, deferred, failed } }: ReportIssue): string => {
  const all = accepted + waiting + deferred + failed;
  return all === 0 ? '' : `${accepted}/${all}`;
};

const issueArgument = (cli: Cli) => ['<ISSUE>', cli.say('argument.issue')] as const;

function tell(cli: Cli, detail: ReportIssueDetail): void {
  const head = (name: string) => cli.say(`head.${name}`);
  const facts = () =>
    sheet([
      [head('account'), `${detail.customerName} / ${detail.accountName}`],
      [head('period'), detail.period],
      [head('dueDay'), detail.dueDay],
      [head('state'), stateOf(cli, detail)],
      [head('waits'), cli.word('waitsFor', detail.waitsFor)],
      [head('signatures'), detail.signatures.map(({ name }) => name).join(', ')],
      [head('sha256'), detail.sha256],
    ]);
  const recipients = () =>
    table(
      ['sentTo', 'state', 'way', 'at', 'downloads', 'id'].map((name) => ({ head: head(name) })),
      detail.recipients.map((one) => [
        one.recipient,
        cli.word('deliveryState', one.state),
        cli.word('deliveryWay', one.way),
        cli.time(one.at),
        String(detail.links.find(({ id }) => id === one.linkId)?.downloads ?? ''),
        one.linkId ?? '',
      ]),
    );
  cli.show(detail, () => (detail.recipients.length > 0 ? `${facts()}\n\n${recipients()}` : facts()));
}

export const signReports: Verb = (noun, cli) =>
  noun
    .command('sign')
    .description(cli.say('report.sign'))
    .argument('[ISSUE...]', cli.say('argument.issue'))
    .option('--plain', cli.say('option.plain'))
    .action(async (ids: string[], { plain = false }: { plain?: boolean }) => {
      if (!plain && ids.length === 1) {
        const params = { issueId: ids[0]! };
        const { sha256 = '' } = await cli.call(routes.getReportIssue, { params });
        return tell(cli, await cli.call(routes.signReport, { params, body: { sha256 } }));
      }
      const { items } = await cli.call(routes.listReportIssues, { query: {} });
      const chosen = items.filter((issue) => (plain ? issue.isPlain : ids.includes(issue.id)));
      const issues = chosen.flatMap(({ id, sha256 }) => (sha256 ? [{ id, sha256 }] : []));
      const outcome =
        issues.length === 0 ? { signed: [], left: [] } : await cli.call(routes.signReports, { body: { issues } });
      cli.show(outcome, () =>
        [
          cli.say('report.signedAll', { signed: outcome.signed.length }),
          ...outcome.left.map(({ id, reason }) => cli.say('report.leftOne', { id, reason })),
        ].join('\n'),
      );
    });

export const commentReport: Verb = (noun, cli) =>
  noun
    .command('comment')
    .description(cli.say('report.comment'))
    .argument(...issueArgument(cli))
    .argument('<TEXT>', cli.say('argument.commentText'))
    .option('--change', cli.say('option.asksChange'))
    .action(async (issueId: string, text: string, { change = false }: { change?: boolean }) =>
      tell(cli, await cli.call(routes.commentReport, { params: { issueId }, body: { text, asksChange: change } })),
    );

export const recomposeReport: Verb = (noun, cli) =>
  noun
    .command('recompose')
    .description(cli.say('report.recompose'))
    .argument(...issueArgument(cli))
    .action(async (issueId: string) => tell(cli, await cli.call(routes.recomposeReport, { params: { issueId } })));

export const sendReport: Verb = (noun, cli) =>
  noun
    .command('send')
    .description(cli.say('report.send'))
    .argument(...issueArgument(cli))
    .action(async (issueId: string) => tell(cli, await cli.call(routes.sendReport, { params: { issueId } })));

export const showDeliveries: Verb = (noun, cli) =>
  noun
    .command('deliveries')
    .description(cli.say('report.deliveries'))
    .argument(...issueArgument(cli))
    .action(async (issueId: string) => tell(cli, await cli.call(routes.getReportIssue, { params: { issueId } })));

export const resendReport: Verb = (noun, cli) =>
  noun
    .command('resend')
    .description(cli.say('report.resend'))
    .argument(...issueArgument(cli))
    .requiredOption('--to <MAIL>', cli.say('option.recipient'))
    .option('--link', cli.say('option.wayLink'))
    .action(async (issueId: string, { to, link = false }: { to: string; link?: boolean }) => {
      const { recipients } = await cli.call(routes.getReportIssue, { params: { issueId } });
      const found = recipients.findLast(({ recipient }) => recipient.toLowerCase() === to.toLowerCase());
      if (!found) {
        const list = `sakimori report deliveries ${issueId}`;
        throw new CliFault('fault.unknown', { what: cli.say('head.sentTo'), given: to, list });
      }
      const params = { issueId, deliveryId: found.id };
      const body = link ? { way: 'link' as const } : {};
      tell(cli, await cli.call(routes.resendReport, { params, body }));
    });

export const revokeLink: Verb = (noun, cli) =>
  noun
    .command('revoke')
    .description(cli.say('report.revoke'))
    .argument(...issueArgument(cli))
    .argument('<LINK>', cli.say('argument.reportLink'))
    .action(async (issueId: string, linkId: string) =>
      tell(cli, await cli.call(routes.revokeReportLink, { params: { issueId, linkId } })),
    );

type SettingOptions = { account: string; signatures?: number; delivery?: DeliveryWay; linkDays?: number };
export const reportSettings: Verb = (noun, cli) =>
  noun
    .command('settings')
    .description(cli.say('report.settings'))
    .addOption(accountOption(cli, { required: true }))
    .option('--signatures <N>', cli.say('option.signatures'), wholeNumber(cli, 1))
    .addOption(oneOf('--delivery <WAY>', cli.say('option.delivery'), deliveryWays))
    .option('--link-days <DAYS>', cli.say('option.linkDays'), wholeNumber(cli, 1))
    .action(async ({ account, ...given }: SettingOptions) => {
      const params = { accountId: (await findAccount(cli, account)).id };
      const stands = await cli.call(routes.getReportSettings, { params });
      const isChange = Object.values(given).some((value) => value !== undefined);
      const settings = isChange
        ? await cli.call(routes.setReportSettings, { params, body: { ...stands, ...given } })
        : stands;
      cli.show(settings, () =>
        sheet([
          [cli.say('head.signatures'), String(settings.signatures)],
          [cli.say('head.way'), cli.word('deliveryWay', settings.delivery)],
          [cli.say('head.linkDays'), String(settings.linkDays)],
        ]),
      );
    });
