import { z } from 'zod';
import { Id } from './primitives.ts';

/** A host as Zabbix’ low-level discovery takes it: macros in braces. */
export const ZabbixHost = z.object({
  '{#HOSTID}': Id,
  '{#HOSTNAME}': z.string().max(255),
  '{#ACCOUNTID}': Id,
  '{#ACCOUNT}': z.string().max(200),
});
export type ZabbixHost = z.infer<typeof ZabbixHost>;

/** Values of one host; an item’s key names the host by its id. */
export const ZabbixItem = z.object({
  hostId: Id,
  connected: z.union([z.literal(0), z.literal(1)]),
  /** Seconds since it was heard; absent where it never was. */
  heartbeatAge: z.number().int().optional(),
  spoolPending: z.number().int(),
  openAlerts: z.number().int(),
});
export type ZabbixItem = z.infer<typeof ZabbixItem>;
