import type { NeutralEvent } from './event.ts';

const states: Readonly<Record<string, NonNullable<NeutralEvent['alert_state']>>> = {
  190: 'started',
  191: 'changed',
  192: 'ended',
};

/** System events 190 to 192 are the only word of an alert that leaves a manager: `Alert: …`, `Subject: …`, `Severity: …`, each on a line. */
export function fillAlert(event: NeutralEvent): void {
  const state = states[event.signature_id ?? ''];
  if (!state || event.alert_state) return;
  event.alert_state = state;
  for (const line of (event.message ?? '').split(/\r?\n|\\+n/)) {
    const [, what, value] = /^\s*(Alert|Subject|Severity):\s*(.*\S)/.exec(line) ?? [];
    if (!value) continue;
    if (what === 'Alert') event.alert_name ??= value;
    else if (what === 'Subject') event.alert_subject ??= value;
    else event.alert_severity ??= value;
  }
}
