import type { AlertDetail } from '@sakimori/contract';

export type TriageStep =
  | { readonly kind: 'acknowledged' | 'noted' | 'reopened'; readonly note: string }
  | { readonly kind: 'closed'; readonly closing: 'handled' | 'false_positive' | 'planned_work'; readonly note: string };

/** The alert as it will be once the manager has taken the step. The step itself is not put into the history: only the manager writes that. */
export function applyStep(alert: AlertDetail, step: TriageStep): AlertDetail {
  if (step.kind === 'noted') return alert;
  if (step.kind === 'acknowledged') return { ...alert, state: 'acknowledged' };
  if (step.kind === 'closed') return { ...alert, state: 'closed', closing: step.closing };
  const { closing: _closing, closedAt: _closedAt, ...open } = alert;
  return { ...open, state: 'open' };
}
