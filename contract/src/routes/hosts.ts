import { z } from 'zod';
import { EnrolmentToken, Host } from '../host.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const HostParams = z.object({ hostId: Id });

export const listHosts = route({
  needs: 'host.read',
  method: 'GET',
  path: '/hosts',
  summary: 'Hosts that the caller may see',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(Host).max(10_000) }),
});
export const getHost = route({
  needs: 'host.read',
  method: 'GET',
  path: '/hosts/{hostId}',
  summary: 'One host',
  params: HostParams,
  reply: Host,
  errors: ['not_found'],
});
export const retireHost = route({
  needs: 'host.retire',
  method: 'POST',
  path: '/hosts/{hostId}/retire',
  summary: 'Retire a host: its certificate is revoked and its liveness is watched no longer',
  params: HostParams,
  body: z.object({ reason: z.string().trim().min(1).max(1000) }),
  reply: Host,
  errors: ['not_found', 'wrong_state'],
});
export const listEnrolmentTokens = route({
  needs: 'host.enrol',
  method: 'GET',
  path: '/accounts/{accountId}/enrolment-tokens',
  summary: 'Enrolment tokens of an account, without their secrets',
  params: z.object({ accountId: Id }),
  reply: z.object({ items: z.array(EnrolmentToken).max(1000) }),
  errors: ['not_found'],
});
export const createEnrolmentToken = route({
  needs: 'host.enrol',
  method: 'POST',
  path: '/accounts/{accountId}/enrolment-tokens',
  summary: 'Issue a one-time enrolment token; its text is shown only in this answer',
  params: z.object({ accountId: Id }),
  body: z.object({ validHours: z.number().int().min(1).max(720).default(72) }),
  reply: EnrolmentToken.extend({ token: z.string().max(2000) }),
  errors: ['not_found'],
});
export const revokeEnrolmentToken = route({
  needs: 'host.enrol',
  method: 'DELETE',
  path: '/accounts/{accountId}/enrolment-tokens/{tokenId}',
  summary: 'Revoke an unused token',
  params: z.object({ accountId: Id, tokenId: Id }),
  errors: ['not_found', 'wrong_state'],
});
