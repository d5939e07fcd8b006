import { type AlertDefinition, type Detection, severityId } from '@sakimori/contract';
import type { AlertDefinitions } from './definitions.ts';

type Grouped = Pick<Detection, 'accountId' | 'hostId' | 'module' | 'rule' | 'subject'>;

/** What makes detections one alert: account, host, module, and as a rule what found it and what it is about. The account is always part of it. */
export function groupingKey(
  detection: Grouped,
  definition: Pick<AlertDefinition, 'id' | 'grouping'> = { id: '', grouping: ['rule', 'subject'] },
): string {
  const { id, grouping } = definition;
  const rule = grouping.includes('rule') ? detection.rule.id : id;
  const subject = grouping.includes('subject') ? (detection.subject ?? '') : '';
  return `${detection.accountId}|${detection.hostId}|${detection.module}|${rule}|${subject}`;
}

/** The key of the alert that a detection belongs to; undefined where it is below what its definition makes an alert of. */
export function alertKeyOf(definitions: AlertDefinitions, detection: Detection): string | undefined {
  const definition = definitions.of(detection.kind);
  if (severityId(detection.severity) < severityId(definition.severityMin)) return undefined;
  return groupingKey(detection, definition);
}
