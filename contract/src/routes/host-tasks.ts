import { z } from 'zod';
import { HostInventory } from '../host-inventory.ts';
import { AskedTask, HostStop, HostTaskEntry } from '../host-task.ts';
import { Id, Instant } from '../primitives.ts';
import { route } from '../route.ts';

const HostParams = z.object({ hostId: Id });

export const listHostTasks = route({
  needs: 'host.read',
  method: 'GET',
  path: '/hosts/{hostId}/tasks',
  summary: 'The newest 100 tasks that a host was given, newest first, and what became of them',
  params: HostParams,
  reply: z.object({ items: z.array(HostTaskEntry).max(100) }),
  errors: ['not_found'],
});
export const giveHostTask = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/hosts/{hostId}/tasks',
  summary:
    'Ask a host to scan now, or, with a reason, to record its baseline anew, to cut itself off from all but the manager, or to end that; a task of the same content that still waits stands for it',
  params: HostParams,
  body: AskedTask,
  reply: HostTaskEntry,
  errors: ['not_found', 'wrong_state', 'too_many_requests', 'consent_needed'],
});
export const stopHost = route({
  needs: 'host.stop',
  method: 'POST',
  path: '/hosts/{hostId}/stop',
  summary:
    'Power a host off, with a reason and its name once more as confirmation. A host whose own configuration does not allow it answers so; one that is away hears of it for 15 minutes',
  params: HostParams,
  body: HostStop,
  reply: HostTaskEntry,
  errors: ['not_found', 'wrong_state', 'too_many_requests', 'name_not_confirmed', 'consent_needed'],
});
export const getHostInventory = route({
  needs: 'host.read',
  method: 'GET',
  path: '/hosts/{hostId}/inventory',
  summary: 'What stands and runs on a host by its newest word; empty until it has sent one',
  params: HostParams,
  reply: z.object({
    /** When the manager received it, by the manager’s clock. */
    receivedAt: Instant.optional(),
    /** Since when it says what it says. */
    changedAt: Instant.optional(),
    inventory: HostInventory.optional(),
  }),
  errors: ['not_found'],
});
