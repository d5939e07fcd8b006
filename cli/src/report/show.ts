import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { saveReport, tellReport } from './tell-report.ts';

/** A stored report as it was made, and with `--out` the mail or the PDF that its readers received. */
export const showReport: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('report.show'))
    .argument('<ID>', cli.say('argument.report'))
    .option('--out <FOLDER>', cli.say('option.out'))
    .action(async (reportId: string, { out }: { out?: string }) => {
      const params = { reportId };
      const report = await cli.call(routes.getReport, { params });
      const { items } = await cli.call(routes.listReports, { query: { accountId: report.accountId } });
      const sentTo = items.find(({ id }) => id === reportId.toLowerCase())?.sentTo ?? [];
      const files =
        out === undefined ? [] : saveReport(out, report, await cli.call(routes.getReportDocuments, { params }));
      cli.show({ id: reportId, files, sentTo, report }, () => tellReport(cli, report, { sentTo, files }));
    });
