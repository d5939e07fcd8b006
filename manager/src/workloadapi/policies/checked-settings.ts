import { hasPhrase, phrase } from '@sakimori/contract';
import { builtInSettings, isSameValue, whyNotSet } from '@sakimori/contract/workload-security/index';
import { badRequest } from '../http/api-fault.ts';

const heartbeat = 'platformSettingHeartbeatInterval';
/** Ten thousand hosts that report every second would keep everybody else's waiting. */
const heartbeatSecondsMin = 10;

export type GivenSettings = Readonly<Record<string, { readonly value: string }>>;

/**
 * Settings are display texts that mean nothing else to anybody; of those that do, what would harm others is refused, and what nobody here would carry
 * out (S25). Clients that write back all that they have read change nothing by it: a value that is built in, or stands there already, is taken.
 * @param before what is set already where these are going to be
 * @throws ApiFault 400 naming the setting and the reason
 */
export function checkSettings(given: GivenSettings, before: GivenSettings = {}): void {
  const seconds = /^\s*(\d+)\s+seconds?\s*$/i.exec(given[heartbeat]?.value ?? '')?.[1];
  if (seconds !== undefined && Number(seconds) < heartbeatSecondsMin)
    throw badRequest(`${heartbeat}: agents report every ${heartbeatSecondsMin} seconds at most.`);
  for (const [name, { value }] of Object.entries(given)) {
    const why = whyNotSet(name, value);
    const stands = before[name]?.value;
    if (!why || !hasPhrase(why) || (stands !== undefined && isSameValue(stands, value))) continue;
    const builtIn = builtInSettings.policy[name] || phrase('en', 'setting.empty');
    throw badRequest(phrase('en', 'setting.refused', { name, reason: phrase('en', why), builtIn }));
  }
}
