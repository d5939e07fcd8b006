import { type QuarantineItem, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount, findHost } from '../find.ts';
import { accountOption } from '../options.ts';

export const listQuarantine: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('quarantine.list'))
    .addOption(accountOption(cli))
    .option('--host <HOST>', cli.say('argument.host'))
    .action(async ({ account, host }: { account?: string; host?: string }) => {
      const query = {
        ...(account === undefined ? {} : { accountId: (await findAccount(cli, account)).id }),
        ...(host === undefined ? {} : { hostId: (await findHost(cli, host, account)).id }),
      };
      cli.list(await cli.call(routes.listQuarantine, { query }), [
        ['taken', ({ takenAt }: QuarantineItem) => cli.time(takenAt)],
        ['host', ({ hostName }) => hostName],
        ['signature', ({ signature }) => signature],
        ['size', ({ sizeBytes }) => String(sizeBytes)],
        ['file', ({ path }) => path],
        ['sha256', ({ sha256 }) => sha256],
        ['id', ({ id }) => id],
      ]);
    });
