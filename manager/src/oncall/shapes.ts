import type { OnCallPlan, Severity } from '@sakimori/contract';
import type { ChannelSecret } from './plan.ts';

type Told = { readonly id: string; readonly text: string; readonly severity: Severity; readonly link: string };

/** PagerDuty knows four severities (Events API v2). */
const pagerDutySeverity = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
  info: 'info',
} as const;

/** What each kind of channel takes: Slack's incoming webhook, an adaptive card for a Teams workflow, PagerDuty's Events API v2. */
export function shapeFor(kind: OnCallPlan['channels'][number]['kind'], told: Told, { key }: ChannelSecret): object {
  if (kind === 'slack') return { text: `${told.text}\n${told.link}` };
  if (kind === 'teams')
    return {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: [{ type: 'TextBlock', text: told.text, wrap: true, weight: 'Bolder' }],
            actions: [{ type: 'Action.OpenUrl', title: 'Sakimori', url: told.link }],
          },
        },
      ],
    };
  return {
    routing_key: key ?? '',
    event_action: 'trigger',
    // One page is one incident there, whatever level it has come to.
    dedup_key: told.id,
    payload: {
      summary: told.text.slice(0, 1024),
      source: 'Sakimori',
      severity: pagerDutySeverity[told.severity as keyof typeof pagerDutySeverity] ?? 'error',
    },
    links: [{ href: told.link, text: 'Sakimori' }],
  };
}
