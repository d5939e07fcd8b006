import { z } from 'zod';

/** Severity of a detection or alert. The names are OCSF's `severity`; the order is the order of this list. */
export const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const;
// Pure: who needs only the order of the names, as the threads of a scan do, is not given the schemas in a bundle.
export const Severity = /* @__PURE__ */ z.enum(severities);
export type Severity = z.infer<typeof Severity>;

/** OCSF `severity_id`: 1 (informational) to 5 (critical). Stored as a number so that the database can compare. */
export const severityId = (severity: Severity): number => severities.indexOf(severity) + 1;
export const severityOfId = (id: number): Severity => severities[Math.min(5, Math.max(1, id)) - 1]!;

/**
 * OSSEC's rule levels 0–15 as severities (source: OSSEC rules classification).
 * 0–3 informational, 4–6 low, 7–9 medium, 10–12 high, 13 and above critical.
 */
export function severityOfLevel(level: number): Severity {
  if (level >= 13) return 'critical';
  if (level >= 10) return 'high';
  if (level >= 7) return 'medium';
  if (level >= 4) return 'low';
  return 'informational';
}
