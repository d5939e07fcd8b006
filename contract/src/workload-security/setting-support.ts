import support from './setting-support.json' with { type: 'json' };
import { builtInSettings } from './settings.ts';

/**
 * What becomes of each of the 219 policy settings here (S25): who carries it out, or why nobody does. `test/setting-support.test.ts` holds every row
 * against the compilers, the agent's engines and the API.
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
      readonly place: 'recommendations';
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
    };

export const settingSupport = support as Readonly<Record<string, SettingSupport>>;

/** A setting that this backend cannot carry out has its built-in value, whatever is stored: for compilers. */
export const isCarriedOut = (name: string): boolean => settingSupport[name]?.by !== 'none';

export const placesOf = ({ at }: Extract<SettingSupport, { by: 'agent' }>): readonly string[] => [at].flat();

/** @returns the phrase that says why a setting must not have this value here; undefined: it may */
export function whyNotSet(name: string, value: string): `setting.why.${string}` | undefined {
  const row = settingSupport[name];
  if (row?.by !== 'none' || row.after !== undefined) return undefined;
  return isSameValue(value, builtInSettings.policy[name] ?? '') ? undefined : `setting.why.${row.why}`;
}

/** Clients write `true`, `True` and `Yes`, and an empty list or no ID in their own ways; the meaning is one. */
export const isSameValue = (a: string, b: string): boolean => plainValue(a) === plainValue(b);

const words: Readonly<Record<string, string>> = { yes: 'true', on: 'true', no: 'false', off: 'false', '0': '' };

function plainValue(value: string): string {
  const text = value.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  return words[text] ?? text;
}
