import { billingFormats, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { writeInto } from '../files.ts';
import { needed, oneOf } from '../options.ts';

type Options = { month: string; format: (typeof billingFormats)[number]; out: string };

export const exportBilling: Verb = (noun, cli) =>
  noun
    .command('export')
    .description(cli.say('billing.export'))
    .addOption(needed('--month <MONTH>', cli.say('option.month')))
    .addOption(oneOf('--format <FORMAT>', cli.say('option.format'), billingFormats).default('csv'))
    .option('--out <FOLDER>', cli.say('option.out'), '.')
    .action(async ({ month, format, out }: Options) => {
      const { name, content } = await cli.call(routes.exportBillingLines, { query: { month, format } });
      const path = writeInto(out, name, Buffer.from(content, 'base64'));
      cli.show({ path }, () => cli.say('done.billing', { path }));
    });
