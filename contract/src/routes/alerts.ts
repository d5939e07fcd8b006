import { z } from 'zod';
import { Alert, AlertDetail, alertStates, closings } from '../alert.ts';
import { AccountAlertDefinition, AlertOverrideInput, AttackTechnique } from '../alert-definition.ts';
import { StoredDetection } from '../detection.ts';
import { DetectionModule } from '../module.ts';
import { Id, Instant, NoteText, PageQuery, pageOf } from '../primitives.ts';
import { route } from '../route.ts';
import { Severity } from '../severity.ts';

const AlertParams = z.object({ alertId: Id });

export const listAlerts = route({
  needs: 'alert.read',
  method: 'GET',
  path: '/alerts',
  summary: 'Alerts, newest first',
  query: PageQuery.extend({
    accountId: Id.optional(),
    hostId: Id.optional(),
    state: z.enum([...alertStates, 'unclosed']).optional(),
    severity: Severity.optional(),
    module: DetectionModule.optional(),
    definition: z.string().max(60).optional(),
    /** A technique, with its parts (`T1110` finds `T1110.001`). */
    attack: AttackTechnique.optional(),
    snoozed: z.enum(['yes', 'no']).optional(),
  }),
  reply: pageOf(Alert),
});
export const getAlert = route({
  needs: 'alert.read',
  method: 'GET',
  path: '/alerts/{alertId}',
  summary: 'One alert with its steps',
  params: AlertParams,
  reply: AlertDetail,
  errors: ['not_found'],
});
export const acknowledgeAlert = route({
  needs: 'alert.triage',
  method: 'POST',
  path: '/alerts/{alertId}/acknowledge',
  summary: 'Take an open alert',
  params: AlertParams,
  body: z.object({ note: NoteText.optional() }),
  reply: AlertDetail,
  errors: ['not_found', 'wrong_state'],
});
export const noteAlert = route({
  needs: 'alert.triage',
  method: 'POST',
  path: '/alerts/{alertId}/notes',
  summary: 'Add a note',
  params: AlertParams,
  body: z.object({ note: NoteText }),
  reply: AlertDetail,
  errors: ['not_found'],
});
export const closeAlert = route({
  needs: 'alert.triage',
  method: 'POST',
  path: '/alerts/{alertId}/close',
  summary: 'Close an alert with the way it ended',
  params: AlertParams,
  body: z.object({ closing: z.enum(closings).exclude(['resolved']), note: NoteText.optional() }),
  reply: AlertDetail,
  errors: ['not_found', 'wrong_state'],
});
export const reopenAlert = route({
  needs: 'alert.triage',
  method: 'POST',
  path: '/alerts/{alertId}/reopen',
  summary: 'Undo a close',
  params: AlertParams,
  body: z.object({ note: NoteText }),
  reply: AlertDetail,
  errors: ['not_found', 'wrong_state'],
});
export const snoozeAlert = route({
  needs: 'alert.triage',
  method: 'POST',
  path: '/alerts/{alertId}/snooze',
  summary: 'Put an alert aside until a time, for a reason',
  params: AlertParams,
  body: z.object({ until: Instant, reason: NoteText }),
  reply: AlertDetail,
  errors: ['not_found', 'wrong_state'],
});
export const wakeAlert = route({
  needs: 'alert.triage',
  method: 'POST',
  path: '/alerts/{alertId}/wake',
  summary: 'Take an alert up again that was put aside',
  params: AlertParams,
  reply: AlertDetail,
  errors: ['not_found', 'wrong_state'],
});

const OverrideParams = z.object({ accountId: Id, definitionId: z.string().max(60) });

export const listAlertDefinitions = route({
  needs: 'alert.read',
  method: 'GET',
  path: '/alert-definitions',
  summary: 'What becomes an alert, and how; of an account, with what it has otherwise',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(AccountAlertDefinition).max(1000) }),
  errors: ['not_found'],
});
export const setAlertOverride = route({
  needs: 'alert.define',
  method: 'PUT',
  path: '/accounts/{accountId}/alert-definitions/{definitionId}',
  summary: 'Set for an account what is otherwise than an alert definition says',
  params: OverrideParams,
  body: AlertOverrideInput,
  reply: AccountAlertDefinition,
  errors: ['not_found'],
});
export const resetAlertOverride = route({
  needs: 'alert.define',
  method: 'DELETE',
  path: '/accounts/{accountId}/alert-definitions/{definitionId}',
  summary: 'Let an alert definition hold for an account as it is again',
  params: OverrideParams,
  reply: AccountAlertDefinition,
  errors: ['not_found'],
});

export const listDetections = route({
  needs: 'detection.read',
  method: 'GET',
  path: '/detections',
  summary: 'Detections, newest first',
  query: PageQuery.extend({
    accountId: Id.optional(),
    hostId: Id.optional(),
    alertId: Id.optional(),
    module: DetectionModule.optional(),
    from: Instant.optional(),
    to: Instant.optional(),
  }),
  reply: pageOf(StoredDetection),
});
