import { isCarriedOut } from '@sakimori/contract/workload-security/setting-support';
import { builtInSettings } from '@sakimori/contract/workload-security/settings';
import { FirewallFault } from './firewall-objects.ts';

/** Effective settings of a policy or computer, name to the wire's value; what is absent has its built-in value. */
export type SettingValues = Readonly<Record<string, string>>;

const unitsMs: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Reads the display strings of the wire (`true`, `Yes`, `10 Minutes`, `1500 Bytes`). Every method throws a FirewallFault that names the setting. */
export class SettingReader {
  readonly #values: SettingValues;

  constructor(values: SettingValues) {
    this.#values = values;
  }

  /** What no agent carries out (S25) is as it was built in. */
  text(name: string): string {
    const value = isCarriedOut(name) ? this.#values[name] : undefined;
    return (value ?? builtInSettings.policy[name] ?? builtInSettings.system[name] ?? '').trim();
  }

  /** @param choices what the wire says, in lower case, and what it means */
  choice<const T extends string>(name: string, choices: Readonly<Record<string, T>>): T {
    const chosen = choices[this.text(name).toLowerCase()];
    if (chosen === undefined) throw this.#fault(name, `it is one of ${Object.keys(choices).join(', ')}.`);
    return chosen;
  }

  boolean(name: string): boolean {
    const choices = { true: 'yes', yes: 'yes', on: 'yes', false: 'no', no: 'no', off: 'no' } as const;
    return this.choice(name, choices) === 'yes';
  }

  /** The number with which the text begins: `1500 Bytes`. */
  number(name: string): number {
    const match = /^(\d{1,9})\b/.exec(this.text(name));
    if (!match) throw this.#fault(name, 'it begins with a number.');
    return Number(match[1]);
  }

  /** A number, or a word such as `None` or `No Limit` for 0. */
  numberOrNone(name: string): number {
    return /^no/i.test(this.text(name)) ? 0 : this.number(name);
  }

  /** `30 Minutes`, `1 Second`; `No` is 0. */
  durationMs(name: string): number {
    const match = /^(\d{1,9}) (\w+?)s?$/i.exec(this.text(name));
    const unit = unitsMs[match?.[2]?.toLowerCase() ?? ''];
    if (match && unit) return Number(match[1]) * unit;
    if (/^(no|off|none)$/i.test(this.text(name))) return 0;
    throw this.#fault(name, 'it is a duration such as "30 Minutes", or "No".');
  }

  /** What stands between commas, colons, semicolons and ends of lines. */
  words(name: string): string[] {
    return this.text(name)
      .split(/[,;:\n]/)
      .map((word) => word.trim())
      .filter((word) => word !== '');
  }

  /** The ID of a list, where one is set. */
  listId(name: string): number | undefined {
    const text = this.text(name);
    if (text === '' || text === '0') return undefined;
    if (!/^\d{1,9}$/.test(text)) throw this.#fault(name, 'it is the ID of a list.');
    return Number(text);
  }

  #fault(name: string, want: string): FirewallFault {
    return new FirewallFault(`The setting ${name} is "${this.text(name).slice(0, 60)}"; ${want}`);
  }
}
