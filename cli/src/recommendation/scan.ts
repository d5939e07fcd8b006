import { setTimeout as sleep } from 'node:timers/promises';
import { type HostRecommendations, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { findHost } from '../find.ts';
import { accountOption, needed } from '../options.ts';

const askEveryMs = 1000;

export const scanForRecommendations: Verb = (noun, cli) =>
  noun
    .command('scan')
    .description(cli.say('recommendation.scan'))
    .addOption(needed('--host <HOST>', cli.say('option.hostNamed')))
    .addOption(accountOption(cli))
    .option('--wait', cli.say('option.wait'))
    .action(async (options: { account?: string; host: string; wait?: boolean }) => {
      const { id: hostId } = await findHost(cli, options.host, options.account);
      const asked = await cli.call(routes.scanForRecommendations, { params: { hostId } });
      const found = options.wait ? await awaitScan(cli, hostId) : asked;
      if (found.scan?.state === 'failed') throw new CliFault('scan.failed', { detail: found.scan.detail ?? '' });
      if (found.scan?.state === 'not_supported') throw new CliFault('scan.not_supported');
      cli.show(found, () => cli.say(`scan.${found.scan?.state ?? 'waiting'}`));
    });

/** Asks until the host has answered. */
async function awaitScan(cli: Cli, hostId: string): Promise<HostRecommendations> {
  for (;;) {
    const found = await cli.call(routes.getHostRecommendations, { params: { hostId } });
    if (!found.scanPending) return found;
    await sleep(askEveryMs);
  }
}
