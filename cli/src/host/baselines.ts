import { type BaselineVersion, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findHost } from '../find.ts';
import { accountOption } from '../options.ts';

export const listBaselines: Verb = (noun, cli) =>
  noun
    .command('baselines')
    .description(cli.say('host.baselines'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .action(async (given: string, options: { account?: string }) => {
      const { id } = await findHost(cli, given, options.account);
      cli.list(await cli.call(routes.listBaselines, { params: { hostId: id } }), [
        ['version', ({ version }) => String(version), 'right'],
        ['at', ({ recordedAt }) => cli.time(recordedAt)],
        ['why', (baseline) => causeOf(cli, baseline)],
        ['by', ({ by = '' }) => by],
        ['reason', ({ reason = '' }) => reason],
        ['files', ({ files }) => String(files), 'right'],
        ['entities', ({ entities }) => String(entities), 'right'],
        ['digest', ({ digest = '' }) => digest.slice(0, 16)],
      ]);
    });

const causeOf = (cli: Cli, { cause }: BaselineVersion): string => cli.word('baseline.cause', cause);
