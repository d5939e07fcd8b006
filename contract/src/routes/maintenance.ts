import { z } from 'zod';
import {
  ImportedMaintenance,
  Maintenance,
  MaintenanceImport,
  maintenanceStates,
  NewMaintenance,
} from '../maintenance.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const AccountParams = z.object({ accountId: Id });
const WindowParams = AccountParams.extend({ maintenanceId: Id });

export const listMaintenance = route({
  needs: 'maintenance.read',
  method: 'GET',
  path: '/maintenance',
  summary: 'Maintenance that was announced: what runs first, then what comes, then what is over',
  query: z.object({ accountId: Id.optional(), hostId: Id.optional(), state: z.enum(maintenanceStates).optional() }),
  reply: z.object({ items: z.array(Maintenance).max(1000) }),
});
export const announceMaintenance = route({
  needs: 'maintenance.announce',
  method: 'POST',
  path: '/accounts/{accountId}/maintenance',
  summary: 'Announce maintenance: silence of these hosts is told to nobody until it is over',
  params: AccountParams,
  body: NewMaintenance,
  reply: Maintenance,
  errors: [
    'not_found',
    'maintenance_time_invalid',
    'maintenance_rule_invalid',
    'maintenance_scope_refused',
    'limit_reached',
  ],
});
export const importMaintenance = route({
  needs: 'maintenance.announce',
  method: 'POST',
  path: '/accounts/{accountId}/maintenance/import',
  summary: 'Take the events of an iCalendar file as maintenance; the same file again changes nothing',
  params: AccountParams,
  body: MaintenanceImport,
  reply: ImportedMaintenance,
  errors: ['not_found', 'calendar_file_invalid', 'maintenance_scope_refused', 'limit_reached'],
});
export const endMaintenance = route({
  needs: 'maintenance.announce',
  method: 'POST',
  path: '/accounts/{accountId}/maintenance/{maintenanceId}/end',
  summary: 'End maintenance now, or take it back before it begins: what is silent still is told at once',
  params: WindowParams,
  reply: Maintenance,
  errors: ['not_found', 'wrong_state'],
});
