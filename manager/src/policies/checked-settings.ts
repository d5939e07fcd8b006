import { hasPhrase, phrase, Refusal } from '@sakimori/contract';
import { builtInSettings, isSameValue, whyNotSet } from '@sakimori/contract/workload-security/index';

const heartbeat = 'platformSettingHeartbeatInterval';
/** Ten thousand hosts that report every second would keep everybody else's waiting. */
const heartbeatSecondsMin = 10;

export type GivenSettings = Readonly<Record<string, { readonly value: string }>>;

/**
 * Settings are display texts that mean nothing else to anybody; of those that do, what would harm others is refused, and what nobody here would carry
 * out (S25). Clients that write back all that they have read change nothing by it: a value that is built in, or stands there already, is taken.
 * @param before what is set already where these are going to be
 * @throws Refusal `malformed` naming the setting and the reason
 */
export function checkSettings(given: GivenSettings, before: GivenSettings = {}): void {
  const seconds = /^\s*(\d+)\s+seconds?\s*$/i.exec(given[heartbeat]?.value ?? '')?.[1];
  if (seconds !== undefined && Number(seconds) < heartbeatSecondsMin)
    throw malformed(`${heartbeat}: agents report every ${heartbeatSecondsMin} seconds at most.`);
  for (const [name, { value }] of Object.entries(given)) {
    const why = whyNotSet(name, value);
    const stands = before[name]?.value;
    if (!why || !hasPhrase(why) || (stands !== undefined && isSameValue(stands, value))) continue;
    const builtIn = (builtInSettings.policy[name] ?? builtInSettings.system[name]) || phrase('en', 'setting.empty');
    throw malformed(phrase('en', 'setting.refused', { name, reason: phrase('en', why), builtIn }));
  }
}

const malformed = (detail: string): Refusal => new Refusal('malformed', { detail });
