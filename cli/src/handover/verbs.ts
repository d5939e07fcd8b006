import { caseTitle, type Handover, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { limitOption } from '../options.ts';

const say = (cli: Cli, found: Pick<Handover, 'state' | 'counts'>): string =>
  cli.say('done.handover', { state: cli.word('handoverState', found.state), ...found.counts });

/** The one that is named, or the newest. @throws CliFault */
async function find(cli: Cli, given: string | undefined): Promise<Handover> {
  const handoverId = given ?? (await cli.call(routes.listHandovers, { query: { limit: 1 } })).items[0]?.id;
  if (handoverId === undefined) throw new CliFault('fault.noHandover');
  return cli.call(routes.getHandover, { params: { handoverId } });
}

export const listHandovers: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('handover.list'))
    .addOption(limitOption(cli))
    .action(async ({ limit }: { limit: number }) => {
      cli.list(await cli.call(routes.listHandovers, { query: { limit: Math.min(limit, 200) } }), [
        ['shiftFrom', ({ from }) => cli.time(from)],
        ['shiftTo', ({ to }) => cli.time(to)],
        ['state', ({ state }) => cli.word('handoverState', state)],
        ['by', ({ signedBy }) => signedBy ?? ''],
        ['id', ({ id }) => id],
      ]);
    });

export const draftHandover: Verb = (noun, cli) =>
  noun
    .command('draft')
    .description(cli.say('handover.draft'))
    .action(async () => {
      const made = await cli.call(routes.draftHandover);
      cli.show(made, () => say(cli, made));
    });

export const showHandover: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('handover.show'))
    .argument('[HANDOVER]', cli.say('argument.handover'))
    .action(async (given: string | undefined) => {
      const found = await find(cli, given);
      cli.list({ ...found, items: [...found.unclosed, ...found.closed] }, [
        ['number', ({ number }) => String(number), 'right'],
        ['account', ({ accountName }) => accountName],
        ['severity', ({ severity }) => cli.word('severity', severity)],
        ['state', ({ state }) => cli.word('caseState', state)],
        ['what', (one) => caseTitle(cli.language, one)],
        ['note', ({ lastNote }) => lastNote?.text ?? ''],
      ]);
      cli.remark(say(cli, found));
      if (found.text) cli.remark(found.text);
    });

export const writeHandover: Verb = (noun, cli) =>
  noun
    .command('write')
    .description(cli.say('handover.write'))
    .argument('<TEXT>', cli.say('argument.handoverText'))
    .action(async (text: string) => {
      const { id: handoverId, version } = await find(cli, undefined);
      const changed = await cli.call(routes.editHandover, { params: { handoverId }, body: { text, version } });
      cli.show(changed, () => say(cli, changed));
    });

export const signHandover: Verb = (noun, cli) =>
  noun
    .command('sign')
    .description(cli.say('handover.sign'))
    .action(async () => {
      const { id: handoverId, version } = await find(cli, undefined);
      const signed = await cli.call(routes.signHandover, { params: { handoverId }, body: { version } });
      cli.show(signed, () => say(cli, signed));
    });
