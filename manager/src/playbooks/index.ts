/**
 * Playbooks: what is done about an attack, as data (S76), and never without the customer's word on record (S73). Somebody proposes one for a host; the customer
 * consents by a link with a code, by telephone, or has consented beforehand; then it runs, and ends by the clock or by hand. Every step is on record.
 */
import type { Desk } from '../customers/index.ts';
import type { Room } from '../platform/index.ts';
import { advanceRequests } from './advance.ts';
import { Playbooks } from './catalogue.ts';
import type { PlaybookParts } from './record.ts';
import { playbookRoutes } from './routes.ts';

export { advanceRequests } from './advance.ts';
export { Playbooks } from './catalogue.ts';
export { containmentGate } from './gate.ts';
export { type ContainmentOfPeriod, containmentOfPeriod } from './period.ts';
export type { PlaybookParts } from './record.ts';

const everyMs = 2000;

export function playbooksRoom(desk: Desk, options: { readonly publicUrl: () => string }): Room {
  const { platform } = desk;
  const parts: PlaybookParts = { ...desk, ...options, playbooks: new Playbooks(platform.config) };
  return {
    name: 'playbooks',
    routes: playbookRoutes(parts),
    ticks: [{ name: 'playbooks.advance', everyMs, run: async () => void (await advanceRequests(parts)) }],
    start: async () => {
      for (const { file, faults } of parts.playbooks.read().faults)
        platform.log.warn({ file, faults }, 'this playbook cannot be used; the others stand');
      return undefined;
    },
  };
}
