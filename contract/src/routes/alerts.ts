import { z } from 'zod';
import { Alert, AlertDetail, alertStates, closings } from '../alert.ts';
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
