import support from './setting-support.json' with { type: 'json' };
import { builtInSettings } from './settings.ts';
import systemSupport from './system-setting-support.json' with { type: 'json' };

/**
 * What becomes of each of the 219 policy settings and the 207 system settings here (S25): who carries it out, or why nobody does. The tests of this name
 * hold every row against the compilers, the agent's engines and the API.
 */
export type SettingSupport =
  | {
      readonly by: 'agent';
      /** Where it stands in the policy that an agent gets, the module first; dots part names. Some speak to two modules. */
      readonly at: string | readonly string[];
      /** Another value than the one that is built in. */
      readonly other: string;
      /** Settings that must be so for this one to be asked for. */
      readonly with?: Readonly<Record<string, string>>;
    }
  | {
      readonly by: 'manager';
      /** The manager's room that follows it. */
      readonly place: 'recommendations' | 'policies';
      readonly other: string;
    }
  | {
      readonly by: 'none';
      /** The phrase `setting.why.<why>` says it. */
      readonly why: string;
      readonly other: string;
      /**
       * The setting or module without which this one says nothing in any product, and which is not to be had here: a value is taken and answered, as
       * clients expect, and nothing comes of it.
       */
      readonly after?: string;
      /** The vendor's own samples set it to see an answer: taken like those that follow another. */
      readonly taken?: boolean;
    };

export const settingSupport = support as Readonly<Record<string, SettingSupport>>;

export const systemSettingSupport = systemSupport as Readonly<Record<string, SettingSupport>>;

/** Not one name is both a policy's and the system's. */
const supportOf = (name: string): SettingSupport | undefined => settingSupport[name] ?? systemSettingSupport[name];
const builtInOf = (name: string): string => builtInSettings.policy[name] ?? builtInSettings.system[name] ?? '';

/** A value is taken and answered, and nothing comes of it: it is `stored` only. */
export const isStoredOnly = (row: SettingSupport): boolean =>
  row.by === 'none' && (row.after !== undefined || row.taken === true);

/** A setting that this backend cannot carry out has its built-in value, whatever is stored: for compilers. */
export const isCarriedOut = (name: string): boolean => settingSupport[name]?.by !== 'none';

export const placesOf = ({ at }: Extract<SettingSupport, { by: 'agent' }>): readonly string[] => [at].flat();

/** @returns the phrase that says why a setting must not have this value here; undefined: it may */
export function whyNotSet(name: string, value: string): `setting.why.${string}` | undefined {
  const row = supportOf(name);
  if (row?.by !== 'none' || isStoredOnly(row)) return undefined;
  return isSameValue(value, builtInOf(name)) ? undefined : `setting.why.${row.why}`;
}

/** Clients write `true`, `True` and `Yes`, and an empty list or no ID in their own ways; the meaning is one. */
export const isSameValue = (a: string, b: string): boolean => plainValue(a) === plainValue(b);

const words: Readonly<Record<string, string>> = { yes: 'true', on: 'true', no: 'false', off: 'false', '0': '' };

function plainValue(value: string): string {
  const text = value.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  return words[text] ?? text;
}
