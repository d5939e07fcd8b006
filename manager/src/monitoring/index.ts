/** What the provider's own monitoring sees of us: Prometheus' text format, and Zabbix' discovery with values. It reads views of other rooms. */
import { routes } from '@sakimori/contract';
import { type Platform, type Room, serve } from '../platform/index.ts';
import { discoverHosts, readItems, readMetrics } from './monitoring.ts';

export const monitoringRoom = (platform: Platform): Room => ({
  name: 'monitoring',
  routes: [
    serve(routes.readMetrics, () => readMetrics(platform)),
    serve(routes.discoverHosts, async () => ({ data: await discoverHosts(platform) })),
    serve(routes.readItems, async () => ({ items: await readItems(platform) })),
  ],
});
