import { badRequest } from '../http/api-fault.ts';

const heartbeat = 'platformSettingHeartbeatInterval';
/** Ten thousand hosts that report every second would keep everybody else's waiting. */
const heartbeatSecondsMin = 10;

type Settings = Readonly<Record<string, { readonly value: string }>>;

/** Settings are display texts that mean nothing else to anybody; of those that do, what would harm others is refused. @throws ApiFault 400 */
export function checkSettings(settings: Settings): void {
  const seconds = /^\s*(\d+)\s+seconds?\s*$/i.exec(settings[heartbeat]?.value ?? '')?.[1];
  if (seconds !== undefined && Number(seconds) < heartbeatSecondsMin)
    throw badRequest(`${heartbeat}: agents report every ${heartbeatSecondsMin} seconds at most.`);
}
