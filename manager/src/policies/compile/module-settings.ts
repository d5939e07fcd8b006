import { isCarriedOut } from '@sakimori/contract/workload-security/setting-support';
import { builtInSettings } from '@sakimori/contract/workload-security/settings';

/** Effective settings of a policy or computer, name to the wire's value; what is absent has its built-in value. */
export type ModuleSettingValues = Readonly<Record<string, string>>;

/** Reads the display strings of the wire. Every method throws the module's fault, with a sentence that names the setting. */
export class ModuleSettings {
  readonly #values: ModuleSettingValues;
  readonly #Fault: new (
    sentence: string,
  ) => Error;

  constructor(values: ModuleSettingValues, Fault: new (sentence: string) => Error) {
    this.#values = values;
    this.#Fault = Fault;
  }

  /** What no agent carries out (S25) is as it was built in. */
  text(name: string): string {
    const value = isCarriedOut(name) ? this.#values[name] : undefined;
    return (value ?? builtInSettings.policy[name] ?? '').trim();
  }

  boolean(name: string): boolean {
    const text = this.text(name).toLowerCase();
    if (['true', 'yes', 'on'].includes(text)) return true;
    if (['false', 'no', 'off', ''].includes(text)) return false;
    throw this.fault(name, 'it is true or false.');
  }

  /** The whole number with which the text begins: `128`, `128 MB`. */
  number(name: string, max: number): number {
    const match = /^(\d{1,9})(?:\s|$)/.exec(this.text(name));
    const number = match ? Number(match[1]) : Number.NaN;
    if (!(number <= max)) throw this.fault(name, `it is a whole number of at most ${max}.`);
    return number;
  }

  /** What stands between, each once; what is empty is left out. */
  split(name: string, between: RegExp): string[] {
    const items = this.text(name).split(between);
    return [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))];
  }

  fault(name: string, want: string, item = this.text(name)): Error {
    const shown = item.length <= 60 ? item : `${item.slice(0, 59).toWellFormed()}…`;
    return new this.#Fault(`The setting ${name} has ${JSON.stringify(shown)}; ${want}`);
  }
}
