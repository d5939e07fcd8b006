/**
 * Changes: what customers ask to have changed, carried out with proof (S54–S61, S102). `changes` what people do with one · `apply` applied and taken
 * back · `advance` what follows by the hosts' word and by the clock · `kinds` what differs between the kinds · `steps` and `places` the public API's
 * operations by which every kind reads, writes and undoes.
 */
import { type ChangeDone, openChangeStates, routes } from '@sakimori/contract';
import type { Backends } from '../backends/index.ts';
import type { Desk } from '../customers/index.ts';
import { type Room, serve, type Tx } from '../platform/index.ts';
import type { UpgradeParts } from '../upgrades/index.ts';
import { advanceChanges } from './advance.ts';
import { applyChange, revertChange } from './apply.ts';
import { approveChange, createChange, getChange, listChanges, previewChange, withdrawChange } from './changes.ts';
import { makeKinds } from './kinds/index.ts';
import type { ChangeParts } from './record.ts';
import { selectDone } from './store.ts';

export { advanceChanges } from './advance.ts';

export type ChangesOptions = { readonly backends: Backends; readonly software: UpgradeParts['software'] };

export const changeParts = (desk: Desk, { backends, software }: ChangesOptions): ChangeParts => ({
  ...desk,
  backends,
  kinds: makeKinds({ platform: desk.platform, software }),
});

/** What was done in a span, each change once, in the order of its end: for the monthly report (S87). */
export const changesDoneIn = (
  tx: Tx,
  accountId: string,
  period: { readonly from: Date; readonly to: Date },
): Promise<ChangeDone[]> => selectDone(tx, { accountId, ...period });

export const changesRoom = (desk: Desk, options: ChangesOptions): Room => {
  const parts = changeParts(desk, options);
  return {
    name: 'changes',
    routes: [
      serve(routes.listChanges, async ({ query }, { actor }) => {
        const { state, ...filter } = query;
        const states = state === 'all' ? undefined : state === 'open' ? openChangeStates : [state];
        return { items: await listChanges(parts, actor, { ...filter, states }) };
      }),
      serve(routes.getChange, ({ params }, { actor }) => getChange(parts, actor, params.changeId)),
      serve(routes.createChange, ({ params, body }, { actor }) => createChange(parts, actor, params.accountId, body)),
      serve(routes.previewChange, ({ params }, { actor }) => previewChange(parts, actor, params.changeId)),
      serve(routes.approveChange, ({ params, body }, { actor }) =>
        approveChange(parts, actor, params.changeId, body.reason),
      ),
      serve(routes.withdrawChange, ({ params, body }, { actor }) =>
        withdrawChange(parts, actor, params.changeId, body.reason),
      ),
      serve(routes.applyChange, ({ params }, { actor }) => applyChange(parts, actor, params.changeId)),
      serve(routes.revertChange, ({ params, body }, { actor }) =>
        revertChange(parts, actor, params.changeId, body.reason),
      ),
    ],
    ticks: [{ name: 'changes.advance', everyMs: 3000, run: async () => void (await advanceChanges(parts)) }],
  };
};
