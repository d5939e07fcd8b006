import { type Change, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { needed } from '../options.ts';
import { findChange } from './list.ts';
import { tellChange } from './show.ts';

/** A verb that does something with one change. */
const deed =
  <Options>(
    name: string,
    options: (verb: ReturnType<Parameters<Verb>[0]['command']>, cli: Cli) => unknown,
    call: (cli: Cli, changeId: string, options: Options) => Promise<Change>,
  ): Verb =>
  (noun, cli) => {
    const verb = noun
      .command(name)
      .description(cli.say(`change.${name}`))
      .argument('<CHANGE>', cli.say('argument.change'));
    options(verb, cli);
    verb.action(async (given: string, options_: Options) => {
      const { id } = await findChange(cli, given);
      tellChange(cli, await call(cli, id, options_));
    });
  };

export const previewChange = deed<object>(
  'preview',
  () => undefined,
  (cli, changeId) => cli.call(routes.previewChange, { params: { changeId } }),
);
export const approveChange = deed<{ alone?: string }>(
  'approve',
  (verb, cli) => verb.option('--alone <REASON>', cli.say('option.changeAlone')),
  (cli, changeId, { alone }) =>
    cli.call(routes.approveChange, { params: { changeId }, body: alone === undefined ? {} : { reason: alone } }),
);
export const applyChange = deed<object>(
  'apply',
  () => undefined,
  (cli, changeId) => cli.call(routes.applyChange, { params: { changeId } }),
);
export const withdrawChange = deed<{ reason: string }>(
  'withdraw',
  (verb, cli) => verb.addOption(needed('--reason <TEXT>', cli.say('option.changeReason'))),
  (cli, changeId, { reason }) => cli.call(routes.withdrawChange, { params: { changeId }, body: { reason } }),
);
export const revertChange = deed<{ reason: string }>(
  'revert',
  (verb, cli) => verb.addOption(needed('--reason <TEXT>', cli.say('option.changeReason'))),
  (cli, changeId, { reason }) => cli.call(routes.revertChange, { params: { changeId }, body: { reason } }),
);
