import { z } from 'zod';
import { Id } from '../primitives.ts';
import {
  asOf,
  CapabilityAnswer,
  NewRemote,
  Remote,
  RemoteChange,
  RemoteComputer,
  RemotePolicy,
  RemoteTask,
  RemoteTest,
} from '../remote.ts';
import { MigrationDirection, MigrationReport, ShadowReport } from '../remote-compare.ts';
import { route } from '../route.ts';

const params = z.object({ accountId: Id });

export const listRemotes = route({
  needs: 'remote.read',
  method: 'GET',
  path: '/remotes',
  summary: 'Customers’ own tenants of Trend Micro’s that accounts are attached to, without their keys',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(Remote).max(2000) }),
});
export const attachRemote = route({
  needs: 'remote.write',
  method: 'POST',
  path: '/accounts/{accountId}/remote',
  summary: 'Attach an account to the customer’s own tenant; the key is encrypted and never answered',
  params,
  body: NewRemote,
  reply: Remote,
  errors: ['not_found', 'remote_address_refused', 'remote_taken', 'already_exists'],
});
export const changeRemote = route({
  needs: 'remote.write',
  method: 'PATCH',
  path: '/accounts/{accountId}/remote',
  summary: 'Change a remote tenant or replace its key',
  params,
  body: RemoteChange,
  reply: Remote,
  errors: ['not_found', 'remote_address_refused', 'remote_taken', 'remote_key_needed'],
});
export const detachRemote = route({
  needs: 'remote.write',
  method: 'DELETE',
  path: '/accounts/{accountId}/remote',
  summary: 'Detach an account from its remote tenant and delete the key; events and their hosts stay',
  params,
  errors: ['not_found'],
});
export const testRemote = route({
  needs: 'remote.write',
  method: 'POST',
  path: '/accounts/{accountId}/remote/test',
  summary: 'Ask the remote tenant who the key is and what it may',
  params,
  reply: RemoteTest,
  errors: ['not_found'],
});
export const syncRemote = route({
  needs: 'remote.write',
  method: 'POST',
  path: '/accounts/{accountId}/remote/sync',
  summary: 'Fetch computers and policies of the remote tenant now',
  params,
  reply: Remote,
  errors: ['not_found', 'remote_failed'],
});
export const listRemoteComputers = route({
  needs: 'remote.read',
  method: 'GET',
  path: '/accounts/{accountId}/remote/computers',
  summary: 'Computers of the remote tenant as they were last fetched',
  params,
  reply: asOf(RemoteComputer, 10_000),
  errors: ['not_found'],
});
export const listRemotePolicies = route({
  needs: 'remote.read',
  method: 'GET',
  path: '/accounts/{accountId}/remote/policies',
  summary: 'Policies of the remote tenant as they were last fetched',
  params,
  reply: asOf(RemotePolicy, 5000),
  errors: ['not_found'],
});
export const listRemoteTasks = route({
  needs: 'remote.read',
  method: 'GET',
  path: '/accounts/{accountId}/remote/tasks',
  summary: 'Scheduled tasks of the remote tenant as they were last fetched, with those that have not run in time',
  params,
  reply: asOf(RemoteTask, 5000),
  errors: ['not_found'],
});
export const listCapabilities = route({
  needs: 'remote.read',
  method: 'GET',
  path: '/accounts/{accountId}/capabilities',
  summary: 'What can be asked of whatever rules an account’s hosts, and why something cannot',
  params,
  reply: z.object({ kind: z.enum(['own', 'remote']), items: z.array(CapabilityAnswer).max(60) }),
  errors: ['not_found'],
});
export const compareShadow = route({
  needs: 'remote.read',
  method: 'GET',
  path: '/accounts/{accountId}/remote/shadow',
  summary: 'What our agents and those of the remote tenant see on the same hosts, and where they differ',
  params,
  query: z.object({
    days: z.coerce.number().int().min(1).max(31).default(7),
    windowMinutes: z.coerce.number().int().min(1).max(240).default(15),
  }),
  reply: ShadowReport,
  errors: ['not_found'],
});
export const reportMigration = route({
  needs: 'remote.read',
  method: 'GET',
  path: '/accounts/{accountId}/remote/migration',
  summary: 'What of the policies of one side the other side carries out, and what it does not',
  params,
  query: z.object({ direction: MigrationDirection.default('to-own') }),
  reply: MigrationReport,
  errors: ['not_found', 'remote_failed'],
});
