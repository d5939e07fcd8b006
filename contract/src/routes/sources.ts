import { z } from 'zod';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import {
  AddedSource,
  IntakeDoors,
  NewSource,
  QuarantinedRecord,
  QuarantinedSender,
  ReleasedRecords,
  RemoteHost,
  Source,
  SourceChange,
} from '../source.ts';

const SourceParams = z.object({ sourceId: Id });
const SenderParams = z.object({ senderId: Id });

export const listSources = route({
  needs: 'source.read',
  method: 'GET',
  path: '/sources',
  summary: 'Senders of Trend Micro’s events and the accounts they are bound to; removed ones last',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(Source).max(2000), doors: IntakeDoors }),
});
export const addSource = route({
  needs: 'source.write',
  method: 'POST',
  path: '/accounts/{accountId}/sources',
  summary: 'Bind a sender to an account; what it sends from now on becomes detections of that account',
  params: z.object({ accountId: Id }),
  body: NewSource,
  reply: AddedSource,
  errors: ['not_found', 'source_value_invalid', 'source_taken', 'limit_reached'],
});
export const changeSource = route({
  needs: 'source.write',
  method: 'PATCH',
  path: '/sources/{sourceId}',
  summary: 'Change a source’s name, tenant, zone or patience',
  params: SourceParams,
  body: SourceChange,
  reply: Source,
  errors: ['not_found', 'wrong_state', 'source_value_invalid', 'source_taken'],
});
export const removeSource = route({
  needs: 'source.write',
  method: 'DELETE',
  path: '/sources/{sourceId}',
  summary: 'Remove a source: what its sender sends goes to quarantine; its detections stay',
  params: SourceParams,
  reply: Source,
  errors: ['not_found', 'wrong_state'],
});
export const restoreSource = route({
  needs: 'source.write',
  method: 'POST',
  path: '/sources/{sourceId}/restore',
  summary: 'Take back the removal of a source',
  params: SourceParams,
  reply: Source,
  errors: ['not_found', 'wrong_state', 'source_taken'],
});
export const listRemoteHosts = route({
  needs: 'source.read',
  method: 'GET',
  path: '/sources/hosts',
  summary: 'Hosts that only a manager of Trend Micro’s knows: no agent of ours watches them',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(RemoteHost).max(10_000) }),
});
export const listHeldSenders = route({
  needs: 'source.write',
  method: 'GET',
  path: '/sources/quarantine',
  summary: 'Records that no source may bring, by sender and reason, newest first',
  reply: z.object({ items: z.array(QuarantinedSender).max(1000) }),
});
export const listHeldRecords = route({
  needs: 'source.write',
  method: 'GET',
  path: '/sources/quarantine/{senderId}',
  summary: 'Records of one sender in quarantine, as they came',
  params: SenderParams,
  reply: z.object({ items: z.array(QuarantinedRecord).max(200) }),
  errors: ['not_found'],
});
export const releaseHeldRecords = route({
  needs: 'source.write',
  method: 'POST',
  path: '/sources/quarantine/{senderId}/release',
  summary: 'Take the records of one sender as if they had come by this source',
  params: SenderParams,
  body: z.object({ sourceId: Id }),
  reply: ReleasedRecords,
  errors: ['not_found', 'wrong_state'],
});
export const discardHeldRecords = route({
  needs: 'source.write',
  method: 'DELETE',
  path: '/sources/quarantine/{senderId}',
  summary: 'Delete the records of one sender in quarantine',
  params: SenderParams,
  errors: ['not_found'],
});
