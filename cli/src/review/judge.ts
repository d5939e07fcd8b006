import { type ReviewVerdict, reviewVerdicts, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { oneOf } from '../options.ts';

export const judgeReview: Verb = (noun, cli) =>
  noun
    .command('judge')
    .description(cli.say('review.judge'))
    .argument('<SHEET>', cli.say('argument.review'))
    .argument('<ALERT...>', cli.say('argument.alertIds'))
    .addOption(oneOf('--verdict <VERDICT>', cli.say('option.verdict'), reviewVerdicts).makeOptionMandatory())
    .option('--note <TEXT>', cli.say('option.note'))
    .action(
      async (reviewId: string, alertIds: string[], { verdict, note }: { verdict: ReviewVerdict; note?: string }) => {
        const body = { alertIds, verdict, ...(note === undefined ? {} : { note }) };
        const sheet = await cli.call(routes.judgeReviewItems, { params: { reviewId }, body });
        cli.show(sheet, () => cli.say('done.review', sheet.counts));
      },
    );
