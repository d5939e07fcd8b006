import { routes } from '@sakimori/contract';
import { listRemoteHosts } from '../hosts/index.ts';
import { type BoundRoute, serve } from '../platform/index.ts';
import type { Receivers } from './receivers.ts';
import {
  addSource,
  changeSource,
  discardQuarantine,
  listQuarantine,
  listQuarantinedRecords,
  listSources,
  releaseQuarantine,
  type SourcesDesk,
  setSourceRemoved,
} from './sources.ts';

export const sourceRoutes = (desk: SourcesDesk, receivers: Receivers): BoundRoute[] => [
  serve(routes.listSources, async ({ query }, { actor }) => ({
    items: await listSources(desk.platform, actor, query.accountId),
    doors: await receivers.doors(),
  })),
  serve(routes.addSource, ({ params, body }, { actor }) => addSource(desk, actor, params.accountId, body)),
  serve(routes.changeSource, ({ params, body }, { actor }) => changeSource(desk, actor, params.sourceId, body)),
  serve(routes.removeSource, ({ params }, { actor }) => setSourceRemoved(desk, actor, params.sourceId, true)),
  serve(routes.restoreSource, ({ params }, { actor }) => setSourceRemoved(desk, actor, params.sourceId, false)),
  serve(routes.listRemoteHosts, async ({ query }, { actor }) => ({
    items: await listRemoteHosts(desk.platform, actor, query.accountId),
  })),
  serve(routes.listHeldSenders, async () => ({ items: await listQuarantine(desk) })),
  serve(routes.listHeldRecords, async ({ params }) => ({
    items: await listQuarantinedRecords(desk, params.senderId),
  })),
  serve(routes.releaseHeldRecords, ({ params, body }, { actor }) =>
    releaseQuarantine(desk, actor, params.senderId, body.sourceId),
  ),
  serve(routes.discardHeldRecords, async ({ params }, { actor }) => {
    await discardQuarantine(desk, actor, params.senderId);
    return undefined;
  }),
];
