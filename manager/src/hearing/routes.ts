import { type HearingAnswers, routes } from '@sakimori/contract';
import { placesOf } from '@sakimori/contract/hearing/index';
import type { Desk } from '../customers/index.ts';
import { type BoundRoute, serve } from '../platform/index.ts';
import type { PlanTask } from './apply.ts';
import { exportHearing, importHearing, originalOf } from './files.ts';
import {
  changesBetween,
  createHearing,
  definitionFor,
  readHearings,
  saveHearing,
  theSheet,
  theVersion,
  toVersion,
} from './hearing.ts';
import { prefilledAnswers } from './prefill.ts';
import { applyHearing, compareHearing, printHearing } from './settings.ts';

export function hearingRoutes(desk: Desk, planTask: PlanTask): BoundRoute[] {
  const { database } = desk.platform;
  return [
    serve(routes.listHearings, async ({ query }, { actor }) => ({
      items: await database.for(actor, (tx) => readHearings(tx, { accountId: query.accountId })),
    })),
    serve(routes.createHearing, ({ body }, { actor }) => createHearing(desk, actor, body)),
    serve(routes.getHearing, ({ params: { hearingId } }, { actor }) =>
      database.for(actor, async (tx) => {
        const sheet = await theSheet(tx, hearingId);
        const [hearing] = await readHearings(tx, { id: hearingId });
        const prefilled: HearingAnswers = await prefilledAnswers(tx, desk, sheet);
        return { ...hearing!, questions: definitionFor(sheet), prefilled };
      }),
    ),
    serve(routes.getHearingVersion, ({ params: { hearingId, number } }, { actor }) =>
      database.for(actor, async (tx) =>
        toVersion(definitionFor(await theSheet(tx, hearingId)), await theVersion(tx, hearingId, number)),
      ),
    ),
    serve(routes.saveHearing, ({ params, body }, { actor }) =>
      saveHearing(desk, actor, params.hearingId, body, placesOf),
    ),
    serve(routes.exportHearing, ({ params, query }, { actor }) =>
      exportHearing(desk, actor, params.hearingId, query.language),
    ),
    serve(routes.importHearing, ({ params, body }, { actor }) => importHearing(desk, actor, params.hearingId, body)),
    serve(routes.getHearingOriginal, ({ params: { hearingId, number } }, { actor }) =>
      originalOf(desk, actor, hearingId, number),
    ),
    serve(routes.compareHearing, ({ params }, { actor }) =>
      compareHearing(desk, actor, params.hearingId, params.number),
    ),
    serve(routes.applyHearing, ({ params }, { actor }) =>
      applyHearing(desk, actor, params.hearingId, params.number, planTask),
    ),
    serve(routes.printHearing, ({ params, query }, { actor }) =>
      printHearing(desk, actor, params.hearingId, params.number, query.language),
    ),
    serve(routes.compareHearingVersions, ({ params, query }, { actor }) =>
      database.for(actor, async (tx) => ({ items: await changesBetween(tx, params.hearingId, query.from, query.to) })),
    ),
  ];
}
