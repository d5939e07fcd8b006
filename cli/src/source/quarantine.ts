import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { findSource } from './list.ts';

type Options = { show?: string; release?: string; to?: string; discard?: string };

/** Lists what is in quarantine; shows, releases or deletes the records of one sender. */
export const sourceQuarantine: Verb = (noun, cli) =>
  noun
    .command('quarantine')
    .description(cli.say('source.quarantine'))
    .option('--show <SENDER>', cli.say('option.heldShow'))
    .option('--release <SENDER>', cli.say('option.heldRelease'))
    .option('--to <SOURCE>', cli.say('option.heldTo'))
    .option('--discard <SENDER>', cli.say('option.heldDiscard'))
    .action(async ({ show, release, to, discard }: Options) => {
      const asked = [show, release, discard].filter((each) => each !== undefined);
      if (asked.length > 1 || (release === undefined) !== (to === undefined))
        throw new CliFault('fault.heldOne', {}, exitCodes.usage);
      if (show !== undefined) {
        cli.list(await cli.call(routes.listHeldRecords, { params: { senderId: show } }), [
          ['at', ({ at }) => cli.time(at)],
          ['size', ({ bytes }) => String(bytes), 'right'],
          ['record', ({ text }) => text.replace(/[\p{Cc}\p{Cf}]/gu, '·').slice(0, 200)],
        ]);
      } else if (release !== undefined) {
        const { id: sourceId } = await findSource(cli, to!, undefined);
        const done = await cli.call(routes.releaseHeldRecords, { params: { senderId: release }, body: { sourceId } });
        cli.show(done, () => cli.say('done.released', done));
      } else if (discard !== undefined) {
        await cli.call(routes.discardHeldRecords, { params: { senderId: discard } });
        cli.show({ id: discard }, () => cli.say('done.discarded'));
      } else {
        cli.list(await cli.call(routes.listHeldSenders), [
          [
            'senderAddress',
            ({ address, identity, transport }) => [transport, address, identity].filter(Boolean).join(' '),
          ],
          ['reason', ({ reason }) => cli.word('holdReason', reason)],
          ['account', ({ accountName }) => accountName ?? ''],
          ['sourceName', ({ sourceName }) => sourceName ?? ''],
          ['trendTenant', ({ named }) => named ?? ''],
          ['records', ({ recordCount }) => String(recordCount), 'right'],
          ['kept', ({ keptCount }) => String(keptCount), 'right'],
          ['lastRecord', ({ lastAt }) => cli.time(lastAt)],
          ['id', ({ id }) => id],
        ]);
      }
    });
