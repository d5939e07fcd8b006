import { z } from 'zod';
import { EnrolmentToken, Host, NumberedName } from '../host.ts';
import { PreflightRecord } from '../preflight.ts';
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
export const getHostPreflight = route({
  needs: 'host.read',
  method: 'GET',
  path: '/hosts/{hostId}/preflight',
  summary: 'What the host found of itself before the agent came to it, where the installation said so (S10, S14, S22)',
  params: HostParams,
  reply: z.object({ preflight: PreflightRecord.optional() }),
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
  summary: 'Revoke a token that is not used up',
  params: z.object({ accountId: Id, tokenId: Id }),
  errors: ['not_found', 'wrong_state'],
});
export const listDeploymentChoices = route({
  needs: 'host.enrol',
  method: 'GET',
  path: '/accounts/{accountId}/deployment-choices',
  summary: 'Policies that the hosts of a deployment script may begin with, and groups that they may be put into',
  params: z.object({ accountId: Id }),
  reply: z.object({
    policies: z.array(NumberedName).max(100_000),
    groups: z.array(NumberedName).max(100_000),
    /** The policy of hosts where a script names none. */
    defaultPolicy: z.number().int().optional(),
  }),
  errors: ['not_found'],
});
export const createDeploymentScript = route({
  needs: 'host.enrol',
  method: 'POST',
  path: '/accounts/{accountId}/deployment-scripts',
  summary:
    'A script that installs the agent on Linux hosts and enrols them; the token in it is listed with the others and shown only in this answer',
  params: z.object({ accountId: Id }),
  body: z.object({
    /** False: the script only installs. */
    activation: z.boolean().default(true),
    /** Number of the policy that the hosts begin with; the account’s default where it is left out. */
    policy: z.number().int().min(1).max(2_147_483_647).optional(),
    /** Number of the computer group that they are put into. */
    group: z.number().int().min(1).max(2_147_483_647).optional(),
    validHours: z.number().int().min(1).max(2160).default(720),
    hostsMax: z.number().int().min(1).max(1000).default(1000),
  }),
  reply: z.object({ script: z.string().max(200_000), token: EnrolmentToken.optional() }),
  errors: ['not_found', 'limit_reached', 'software_unavailable'],
});
