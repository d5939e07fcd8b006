import { dayInJapan, features, routes } from '@sakimori/contract';
import { type BoundRoute, serve } from '../platform/index.ts';
import { setBrand } from './brand.ts';
import { cancelContract, changeContract, createContract, type Desk, endContract, listContracts } from './contracts.ts';
import { checkAccount } from './customers.ts';
import { entitlementOf } from './quotes.ts';
import { createServer, listServers, removeServer, updateServer } from './servers.ts';
import { serviceOf } from './service.ts';

export const contractRoutes = (desk: Desk): BoundRoute[] => [
  serve(routes.setAccountBrand, ({ params, body }, { actor }) => setBrand(desk, actor, params.accountId, body.brandId)),
  serve(routes.listContracts, async ({ params }, { actor }) => ({
    items: await listContracts(desk, actor, params.accountId),
  })),
  serve(routes.createContract, ({ params, body }, { actor }) => createContract(desk, actor, params.accountId, body)),
  serve(routes.changeContract, ({ params, body }, { actor }) => changeContract(desk, actor, params.accountId, body)),
  serve(routes.endContract, ({ params, body }, { actor }) => endContract(desk, actor, params.accountId, body)),
  serve(routes.cancelContract, async ({ params, body }, { actor }) => {
    await cancelContract(desk, actor, { accountId: params.accountId, id: params.contractId }, body.reason);
    return undefined;
  }),
  serve(routes.listEntitlements, ({ params: { accountId } }, { actor }) =>
    desk.platform.database.for(actor, async (tx) => {
      await checkAccount(tx, accountId);
      const day = dayInJapan(desk.platform.clock.now());
      const { edition, plan, contract } = await serviceOf(tx, desk, accountId, day);
      const items = [];
      for (const feature of features) items.push(await entitlementOf(tx, desk, { accountId, feature, day }));
      return { edition: edition.id, plan, contract, items };
    }),
  ),
  serve(routes.listServers, async ({ params, query }, { actor }) => ({
    items: await listServers(desk, actor, params.accountId, query.removed === 'true'),
  })),
  serve(routes.createServer, ({ params, body }, { actor }) => createServer(desk, actor, params.accountId, body)),
  serve(routes.updateServer, ({ params, body }, { actor }) =>
    updateServer(desk, actor, { accountId: params.accountId, id: params.serverId }, body),
  ),
  serve(routes.removeServer, ({ params, body }, { actor }) =>
    removeServer(desk, actor, { accountId: params.accountId, id: params.serverId }, body),
  ),
];
