import { z } from 'zod';
import { Id } from './primitives.ts';

/** What the console is told over `GET /live` (server-sent events): what changed, never the content; the page asks for that by its own right. */
export const LiveEvent = z.object({
  topic: z.enum([
    'alert',
    'detection',
    'host',
    'mail',
    'policy',
    'configuration',
    'report',
    'account',
    'audit',
    'calendar',
    'quarantine',
    'malware',
    'installation',
    'work',
    'review',
    'case',
    'ticket',
    'change',
    'containment',
    'source',
    'remote',
    'meeting',
  ]),
  accountId: Id.optional(),
  id: z.string().optional(),
});
export type LiveEvent = z.infer<typeof LiveEvent>;
