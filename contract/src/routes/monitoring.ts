import { z } from 'zod';
import { ZabbixHost, ZabbixItem } from '../monitoring.ts';
import { route } from '../route.ts';

export const readMetrics = route({
  needs: 'metrics.read',
  method: 'GET',
  path: '/metrics',
  summary: 'Figures for a Prometheus server, in its text format 0.0.4; answered at /metrics as well',
  reply: z.string(),
  replyType: 'text/plain; version=0.0.4; charset=utf-8',
});
export const discoverHosts = route({
  needs: 'metrics.read',
  method: 'GET',
  path: '/monitoring/discovery',
  summary: 'Hosts for the low-level discovery of Zabbix',
  reply: z.object({ data: z.array(ZabbixHost).max(10_000) }),
});
export const readItems = route({
  needs: 'metrics.read',
  method: 'GET',
  path: '/monitoring/items',
  summary: 'Values of the discovered hosts, for dependent items of Zabbix',
  reply: z.object({ items: z.array(ZabbixItem).max(10_000) }),
});
