import { z } from 'zod';
import { HostTaskEntry } from '../host-task.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import {
  BlockAcceptance,
  BlockEnd,
  BlockProposal,
  BlockReason,
  NewBlock,
  proposalStates,
  SourceBlocking,
} from '../source-blocking.ts';

const AccountParams = z.object({ accountId: Id });
const HostParams = z.object({ hostId: Id });
const ProposalParams = z.object({ proposalId: Id });

export const getSourceBlocking = route({
  needs: 'host.read',
  method: 'GET',
  path: '/accounts/{accountId}/source-blocking',
  summary: 'Sources that are never blocked on hosts of an account, and when a block is proposed (S75)',
  params: AccountParams,
  reply: SourceBlocking,
  errors: ['not_found'],
});
export const putSourceBlocking = route({
  needs: 'source.block',
  method: 'PUT',
  path: '/accounts/{accountId}/source-blocking',
  summary: 'Say which sources are never blocked on hosts of an account, and when a block is proposed (S75)',
  params: AccountParams,
  body: SourceBlocking,
  reply: SourceBlocking,
  errors: ['not_found', 'malformed'],
});
export const blockSource = route({
  needs: 'source.block',
  method: 'POST',
  path: '/hosts/{hostId}/blocks',
  summary: 'Have a host deny all packets of an address or network for some minutes (S75)',
  params: HostParams,
  body: NewBlock,
  reply: HostTaskEntry,
  errors: ['not_found', 'malformed', 'source_allowed', 'wrong_state', 'too_many_requests', 'consent_needed'],
});
export const unblockSource = route({
  needs: 'source.block',
  method: 'POST',
  path: '/hosts/{hostId}/unblocks',
  summary: 'Have a host end the block of a source before its time (S75)',
  params: HostParams,
  body: BlockEnd,
  reply: HostTaskEntry,
  errors: ['not_found', 'malformed', 'wrong_state', 'too_many_requests'],
});
export const listBlockProposals = route({
  needs: 'alert.read',
  method: 'GET',
  path: '/block-proposals',
  summary: 'Sources that attacked again and again, each with its evidence and what was decided; the newest 200 (S75)',
  query: z.object({ accountId: Id.optional(), hostId: Id.optional(), state: z.enum(proposalStates).optional() }),
  reply: z.object({ items: z.array(BlockProposal).max(200) }),
});
export const acceptBlockProposal = route({
  needs: 'source.block',
  method: 'POST',
  path: '/block-proposals/{proposalId}/accept',
  summary: 'Accept a proposal: the host, or every host of the account, is told to block the source (S75)',
  params: ProposalParams,
  body: BlockAcceptance,
  reply: BlockProposal,
  errors: ['not_found', 'wrong_state', 'source_allowed', 'consent_needed'],
});
export const declineBlockProposal = route({
  needs: 'source.block',
  method: 'POST',
  path: '/block-proposals/{proposalId}/decline',
  summary: 'Decline a proposal with a reason; the same is not proposed again for a day (S75)',
  params: ProposalParams,
  body: z.object({ reason: BlockReason }),
  reply: BlockProposal,
  errors: ['not_found', 'wrong_state'],
});
