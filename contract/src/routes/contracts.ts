import { z } from 'zod';
import { Plan } from '../account.ts';
import { CalendarDate } from '../calendar.ts';
import { EditionId } from '../edition.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import {
  AccountEntitlement,
  ChangeOutcome,
  ContractChange,
  NewContract,
  ServerInput,
  ServerUnderContract,
  ServiceContract,
} from '../service-contract.ts';

const AccountParams = z.object({ accountId: Id });
const Reason = z.string().trim().min(1).max(1000);

export const listContracts = route({
  needs: 'contract.read',
  method: 'GET',
  path: '/accounts/{accountId}/contracts',
  summary: 'Terms of an account’s contract, the newest first',
  params: AccountParams,
  reply: z.object({ items: z.array(ServiceContract).max(1000) }),
  errors: ['not_found'],
});
export const createContract = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/contracts',
  summary: 'Record a contract: edition, plan, nodes and days',
  params: AccountParams,
  body: NewContract,
  reply: ServiceContract,
  errors: [
    'not_found',
    'one_plan_per_account',
    'account_per_plan',
    'nodes_below_minimum',
    'contract_overlaps',
    'malformed',
  ],
});
export const changeContract = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/contracts/change',
  summary: 'Change plan, edition or nodes from a day on; or tell what that would mean',
  params: AccountParams,
  body: ContractChange,
  reply: z.object({ contract: ServiceContract.optional(), outcome: ChangeOutcome }),
  errors: [
    'not_found',
    'account_per_plan',
    'nodes_below_minimum',
    'nodes_exceeded',
    'contract_overlaps',
    'date_past',
    'malformed',
  ],
});
export const endContract = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/contracts/end',
  summary: 'End the contract with a day',
  params: AccountParams,
  body: z.object({ on: CalendarDate, reason: Reason }),
  reply: ServiceContract,
  errors: ['not_found', 'date_past', 'contract_overlaps'],
});
export const cancelContract = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/contracts/{contractId}/cancel',
  summary: 'Take back a term that has not begun',
  params: AccountParams.extend({ contractId: Id }),
  body: z.object({ reason: Reason }),
  errors: ['not_found', 'wrong_state'],
});
export const listEntitlements = route({
  needs: 'contract.read',
  method: 'GET',
  path: '/accounts/{accountId}/entitlements',
  summary: 'What the account’s plan includes today, each with its clause',
  params: AccountParams,
  reply: z.object({
    edition: EditionId,
    plan: Plan,
    /** `none`: there is no contract; the account is served by the standard edition. */
    contract: z.enum(['none', 'coming', 'inForce', 'ended']),
    items: z.array(AccountEntitlement),
  }),
  errors: ['not_found'],
});

export const listServers = route({
  needs: 'contract.read',
  method: 'GET',
  path: '/accounts/{accountId}/servers',
  summary: 'Servers under the contract, and what each lacks to be activated',
  params: AccountParams,
  query: z.object({ removed: z.enum(['true', 'false']).default('false') }),
  reply: z.object({ items: z.array(ServerUnderContract).max(10_000) }),
  errors: ['not_found'],
});
export const createServer = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/servers',
  summary: 'Put a server under the contract',
  params: AccountParams,
  body: ServerInput,
  reply: ServerUnderContract,
  errors: ['not_found', 'already_exists', 'nodes_exceeded'],
});
export const updateServer = route({
  needs: 'contract.write',
  method: 'PUT',
  path: '/accounts/{accountId}/servers/{serverId}',
  summary: 'Change a server’s name, basic contract or support',
  params: AccountParams.extend({ serverId: Id }),
  body: ServerInput,
  reply: ServerUnderContract,
  errors: ['not_found', 'already_exists'],
});
export const removeServer = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/servers/{serverId}/remove',
  summary: 'Take a server from the contract; below the minimum it asks what becomes of the contract',
  params: AccountParams.extend({ serverId: Id }),
  body: z.object({ reason: Reason, contractAction: z.enum(['replacement', 'ending']).optional() }),
  reply: ServerUnderContract,
  errors: ['not_found', 'wrong_state', 'contract_action_required'],
});
