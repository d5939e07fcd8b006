import { evidenceIn, headlineIn, matterOfAlert, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { oneOf } from '../options.ts';

const shows = ['all', 'due', 'reviewed', 'excluded'] as const;

export const showReview: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('review.show'))
    .argument('<SHEET>', cli.say('argument.review'))
    .addOption(oneOf('--show <WHICH>', cli.say('option.reviewShow'), shows).default('all'))
    .action(async (reviewId: string, { show }: { show: (typeof shows)[number] }) => {
      const sheet = await cli.call(routes.getReview, { params: { reviewId }, query: { show } });
      cli.list(sheet, [
        ['id', ({ alert }) => alert.id],
        ['severity', ({ alert }) => cli.word('severity', alert.severity)],
        ['host', ({ alert }) => alert.hostName],
        ['title', ({ alert }) => headlineIn(cli.language, matterOfAlert(alert))],
        ['verdict', ({ verdict }) => (verdict ? cli.word('verdict', verdict.value) : '')],
        ['leftOut', ({ exclusion }) => (exclusion ? evidenceIn(cli.language, exclusion) : '')],
      ]);
      cli.remark(cli.say('done.review', sheet.counts));
    });
