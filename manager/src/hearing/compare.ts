import {
  type AnswerPath,
  type CellPlaces,
  type HearingAnswers,
  type HearingDefinition,
  type Language,
  languages,
  pathText,
  phrase,
  type SheetSetting,
} from '@sakimori/contract';
import { answerText, pathName, questionOf } from '@sakimori/contract/hearing/index';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { ancestorsOf, type ComputerRow, type ConfigurationView, type Scope, scopeOf } from '../configuration/index.ts';
import { compileIntegrityRule } from '../policies/index.ts';
import { logRuleOf } from './logs.ts';
import { exclusionLists, idOf, madeFor, policyName, scans, sheetPolicy, timeOfTask } from './objects.ts';
import type { SheetModule, Wanted } from './wanted.ts';

type Words = { readonly ja: string; readonly en: string };
const same = (text: string): Words => ({ ja: text, en: text });
const none: Words = { ja: '', en: '' };
const both = (say: (language: Language) => string): Words =>
  Object.fromEntries(languages.map((language) => [language, say(language)])) as Words;

export type Sheet = {
  readonly definition: HearingDefinition;
  readonly answers: HearingAnswers;
  readonly places: CellPlaces;
};

/**
 * Every setting that follows from a sheet, with its cell, beside what stands in the account (S44). What was changed in the account since differs
 * here; what the sheet does not speak of is not listed.
 */
export function compareSheet(
  view: ConfigurationView,
  computers: readonly ComputerRow[],
  wanted: Wanted,
  sheet: Sheet,
): SheetSetting[] {
  const policy = sheetPolicy(view);
  const live = new Live(view, policy ? scopeOf(view, idOf(policy)) : undefined, sheet.definition);
  const item = (id: string, area: string, at: AnswerPath, want: Words, stands: Words): SheetSetting => {
    const place = sheet.places[pathText(at)];
    return {
      ...{ id, area, name: both((language) => pathName(sheet.definition, language, at, sheet.answers)) },
      ...{ wanted: want, live: stands, state: want.ja === stands.ja ? 'same' : 'differs', path: at },
      ...(place ? { place } : {}),
    };
  };
  return [
    ...wanted.modules.map(({ module, at }) => {
      const choice = sheet.answers.forms['modules']?.[module];
      return item(`policy:${module}`, 'modules', at, live.choice(at, choice), live.choice(at, live.module(module)));
    }),
    ...wanted.exclusions.map(({ kind, value, at }) =>
      item(`exclusion:${kind}:${value}`, 'exclusions', at, same(value), same(live.excludes(kind, value) ? value : '')),
    ),
    ...wanted.integrity.map(({ row, folder, realTime, at }) =>
      item(`integrity:${row}`, 'integrity', at, folderWords(folder, realTime), live.folder(row)),
    ),
    ...wanted.logs.map(({ location, kind, at }) =>
      item(`log:${location}`, 'logs', at, same(location), same(live.reads(kind, location) ? location : '')),
    ),
    ...wanted.settings.map(({ name, value, at }) =>
      item(`setting:${name}`, at.section === 'web' ? 'web' : 'modules', at, same(value), same(live.setting(name))),
    ),
    ...wanted.ports.map(({ row, ports, protocol, sources, at }) =>
      item(`port:${row}`, 'ports', at, portWords(ports, protocol, sources), live.port(row)),
    ),
    ...wanted.schedules.map(({ key, day, time, at }) =>
      item(`schedule:${key}`, 'schedules', at, live.when(at, day, time), live.schedule(key, at)),
    ),
    ...wanted.servers.map(({ name, at }) => {
      const stands = computers.find(({ host_name }) => host_name.toLowerCase() === name.toLowerCase())?.policy_id;
      return item(`server:${name}`, 'servers', at, same(policyName), same(live.policyOf(stands, policy)));
    }),
  ];
}

const folderWords = (folder: string, realTime: boolean): Words =>
  realTime ? both((language) => phrase(language, 'hearing.built.realTime', { folder })) : same(folder);

const portWords = (ports: readonly string[], protocol: string, sources: readonly string[]): Words =>
  same(`${protocol} ${ports.join(',')}${sources.length > 0 ? ` ← ${[...sources].join(', ')}` : ''}`);

/** What stands in the account, in the words of the sheet. */
class Live {
  readonly #view: ConfigurationView;
  readonly #scope: Scope | undefined;
  readonly #definition: HearingDefinition;

  constructor(view: ConfigurationView, scope: Scope | undefined, definition: HearingDefinition) {
    this.#view = view;
    this.#scope = scope;
    this.#definition = definition;
  }

  choice(at: AnswerPath, value: string | undefined): Words {
    return both((language) => answerText(this.#definition, language, at, value));
  }

  setting = (name: string): string => this.#scope?.setting(name) ?? '';

  /** The choice of the sheet that says what the module does. */
  module(module: SheetModule): string | undefined {
    if (!this.#scope) return undefined;
    const state = String(this.#scope.module(module)['state'] ?? 'off');
    if (state === 'off') return state;
    if (module === 'antiMalware') return this.#realTimeScan()?.['scanActionForVirus'] === 'pass' ? 'detect' : 'prevent';
    if (module === 'firewall') return this.setting('firewallSettingNetworkEngineMode') === 'Tap' ? 'detect' : 'prevent';
    return state === 'real-time' ? 'realTime' : state;
  }

  #realTimeScan(): ApiObject | undefined {
    const id = this.#scope?.module('antiMalware')[scans[0].property];
    return typeof id === 'number' ? this.#view.get('AntiMalwareConfiguration', id) : undefined;
  }

  /** All three scans leave it out. */
  excludes(kind: keyof typeof exclusionLists, value: string): boolean {
    const { kind: list, property } = exclusionLists[kind];
    return scans.every((scan) => {
      const id = this.#scope?.module('antiMalware')[scan.property];
      const configuration = typeof id === 'number' ? this.#view.get('AntiMalwareConfiguration', id) : undefined;
      const listId = configuration?.[property];
      const items = typeof listId === 'number' ? this.#view.get(list, listId)?.['items'] : undefined;
      return Array.isArray(items) && items.includes(value);
    });
  }

  folder(row: string): Words {
    const rule = this.#assigned('integrityMonitoring', 'IntegrityMonitoringRule', `integrity.${row}`);
    if (!rule) return none;
    const [compiled] = compileIntegrityRule(rule).rules;
    return compiled ? folderWords(compiled.include.join(', '), compiled.realTime !== false) : none;
  }

  reads(kind: string, location: string): boolean {
    const id = logRuleOf(this.#view, kind)?.id;
    if (id === undefined || !this.#scope?.ruleIds('logInspection').includes(id)) return false;
    const files = this.#scope.object('LogInspectionRule', id)?.['logFiles'] as { logFiles?: ApiObject[] } | undefined;
    return (files?.logFiles ?? []).some((file) => file['location'] === location);
  }

  port(row: string): Words {
    const rule = this.#assigned('firewall', 'FirewallRule', `ports.${row}`);
    if (rule?.['action'] !== 'allow') return none;
    const list = (property: string) => (rule[property] as string[] | undefined) ?? [];
    return portWords(list('destinationPortMultiple'), String(rule['protocol']), list('sourceIPMultiple'));
  }

  when(at: AnswerPath, day: string, time: string): Words {
    const label = (language: Language) => answerText(this.#definition, language, at, day);
    return both((language) => (day === 'off' ? label(language) : `${label(language)} ${time}`));
  }

  schedule(key: string, at: AnswerPath): Words {
    if (!this.#scope) return none;
    const stands = timeOfTask(madeFor(this.#view, 'ScheduledTask', `schedule.${key}`));
    const known = questionOf(this.#definition, at)?.choices?.some(({ value }) => value === stands?.day);
    if (stands && !known) return same(`${stands.day} ${stands.time}`);
    return this.when(at, stands?.day ?? 'off', stands?.time ?? '');
  }

  policyOf(id: number | null | undefined, policy: ApiObject | undefined): string {
    if (!id) return '';
    if (policy && ancestorsOf(this.#view, id).includes(idOf(policy))) return policyName;
    return String(this.#view.get('Policy', id)?.['name'] ?? '');
  }

  #assigned(module: 'integrityMonitoring' | 'firewall', kind: string, key: string): ApiObject | undefined {
    const rule = madeFor(this.#view, kind, key);
    return rule && this.#scope?.ruleIds(module).includes(idOf(rule)) ? this.#scope.object(kind, idOf(rule)) : undefined;
  }
}
