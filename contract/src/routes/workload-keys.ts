import { z } from 'zod';
import { NamedObject } from '../named-object.ts';
import { Id, Instant, ShortText } from '../primitives.ts';
import { route } from '../route.ts';
import { WorkloadKey } from '../workload-key.ts';

const AccountParams = z.object({ accountId: Id });
const KeyParams = AccountParams.extend({ apiKeyId: z.coerce.number().int().min(1).max(2_147_483_647) });
const WithSecret = WorkloadKey.extend({ secret: z.string().max(300) });

export const getWorkloadSecurity = route({
  needs: 'apikey.read',
  method: 'GET',
  path: '/workload-security',
  summary: 'Where the Workload Security API is, and the certificate authority that its clients must trust',
  reply: z.object({
    /** `https://host:port/api` */
    address: z.string().max(500),
    certificateAuthority: z.string().max(10_000),
    requestsPerMinute: z.number().int(),
  }),
});
export const listWorkloadKeys = route({
  needs: 'apikey.read',
  method: 'GET',
  path: '/accounts/{accountId}/api-keys',
  summary: 'Keys of an account for the Workload Security API, without their secrets, and the roles that a key can have',
  params: AccountParams,
  reply: z.object({ items: z.array(WorkloadKey).max(10_000), roles: z.array(NamedObject).max(10_000) }),
  errors: ['not_found'],
});
export const createWorkloadKey = route({
  needs: 'apikey.write',
  method: 'POST',
  path: '/accounts/{accountId}/api-keys',
  summary: 'Create a key for the Workload Security API of an account; its secret is shown only in this answer',
  params: AccountParams,
  body: z.object({
    name: ShortText,
    description: z.string().trim().max(1000).optional(),
    roleId: z.number().int().min(1).max(2_147_483_647),
    expiresAt: Instant.optional(),
  }),
  reply: WithSecret,
  errors: ['not_found', 'already_exists', 'limit_reached'],
});
export const renewWorkloadKey = route({
  needs: 'apikey.write',
  method: 'POST',
  path: '/accounts/{accountId}/api-keys/{apiKeyId}/renew',
  summary: 'Give a key a new secret, shown only in this answer; the one before ends at once',
  params: KeyParams,
  reply: WithSecret,
  errors: ['not_found'],
});
export const lockWorkloadKey = route({
  needs: 'apikey.write',
  method: 'POST',
  path: '/accounts/{accountId}/api-keys/{apiKeyId}/lock',
  summary: 'Lock a key: it is refused from its next call on',
  params: KeyParams,
  reply: WorkloadKey,
  errors: ['not_found'],
});
export const unlockWorkloadKey = route({
  needs: 'apikey.write',
  method: 'POST',
  path: '/accounts/{accountId}/api-keys/{apiKeyId}/unlock',
  summary: 'Let a locked key in again',
  params: KeyParams,
  reply: WorkloadKey,
  errors: ['not_found'],
});
export const deleteWorkloadKey = route({
  needs: 'apikey.write',
  method: 'DELETE',
  path: '/accounts/{accountId}/api-keys/{apiKeyId}',
  summary: 'Delete a key',
  params: KeyParams,
  errors: ['not_found'],
});
