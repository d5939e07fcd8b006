import type { AnswerPath, HearingAnswers, HearingRow } from '@sakimori/contract';

/** What a sheet asks of an account, each with the answer that says so. Plain data: `compare` reads what stands, `apply` writes. */
export type Wanted = {
  readonly modules: readonly { readonly module: SheetModule; readonly state: string; readonly at: AnswerPath }[];
  /** What becomes of a file that is found, where anti-malware is on. */
  readonly malwareAction: { readonly action: 'pass' | 'quarantine'; readonly at: AnswerPath } | undefined;
  readonly exclusions: readonly { readonly kind: ExclusionKind; readonly value: string; readonly at: AnswerPath }[];
  readonly integrity: readonly {
    readonly row: string;
    readonly folder: string;
    readonly realTime: boolean;
    readonly at: AnswerPath;
  }[];
  readonly logs: readonly { readonly location: string; readonly kind: string; readonly at: AnswerPath }[];
  readonly settings: readonly { readonly name: string; readonly value: string; readonly at: AnswerPath }[];
  readonly ports: readonly {
    readonly row: string;
    readonly ports: readonly string[];
    readonly protocol: 'tcp' | 'udp' | 'tcp-udp';
    readonly sources: readonly string[];
    readonly purpose: string;
    readonly at: AnswerPath;
  }[];
  readonly schedules: readonly {
    readonly key: ScheduleKey;
    readonly day: string;
    readonly time: string;
    readonly at: AnswerPath;
  }[];
  readonly servers: readonly { readonly name: string; readonly at: AnswerPath }[];
};

export const sheetModules = [
  ...['antiMalware', 'webReputation', 'firewall', 'intrusionPrevention', 'integrityMonitoring', 'logInspection'],
] as const;
export type SheetModule = (typeof sheetModules)[number];
export const exclusionKinds = ['folder', 'file', 'extension', 'process'] as const;
export type ExclusionKind = (typeof exclusionKinds)[number];
export const scheduleKeys = ['malware', 'integrity', 'recommendation', 'update'] as const;
export type ScheduleKey = (typeof scheduleKeys)[number];

/** The states that the API has for what may be chosen. */
const states: Readonly<Record<string, string>> = { realTime: 'real-time' };

/** Pure: the same answers always ask for the same. */
export function wantedOf({ forms, tables }: HearingAnswers): Wanted {
  const modules = forms['modules'] ?? {};
  const rows = (section: string): readonly HearingRow[] => tables[section] ?? [];
  const isOn = (module: SheetModule) => (modules[module] ?? 'off') !== 'off';
  const form = (section: string, question: string): AnswerPath => ({ section, question });
  const cell = (section: string, { id }: HearingRow, question: string): AnswerPath => ({ section, row: id, question });
  return {
    modules: sheetModules.flatMap((module) => {
      const choice = modules[module];
      return choice === undefined ? [] : [{ module, state: stateOf(module, choice), at: form('modules', module) }];
    }),
    malwareAction: isOn('antiMalware')
      ? { action: modules['antiMalware'] === 'detect' ? 'pass' : 'quarantine', at: form('modules', 'antiMalware') }
      : undefined,
    exclusions: isOn('antiMalware') ? [...rows('exclusions').map(exclusionOf), ...mountsOf(rows('servers'))] : [],
    integrity: isOn('integrityMonitoring')
      ? rows('integrity').map((row) => ({
          ...{ row: row.id, folder: row.cells['path']!, realTime: row.cells['realTime'] !== 'no' },
          at: cell('integrity', row, 'path'),
        }))
      : [],
    logs: isOn('logInspection')
      ? rows('logs').map((row) => ({
          ...{ location: row.cells['path']!, kind: row.cells['kind']! },
          at: cell('logs', row, 'path'),
        }))
      : [],
    settings: [
      ...(isOn('firewall') || isOn('intrusionPrevention')
        ? [
            {
              name: 'firewallSettingNetworkEngineMode',
              value: modules['firewall'] === 'detect' ? 'Tap' : 'Inline',
              at: form('modules', 'firewall'),
            },
          ]
        : []),
      ...(isOn('webReputation') ? webSettings(forms['web'] ?? {}) : []),
    ],
    ports: isOn('firewall')
      ? rows('ports').map((row) => ({
          ...{ row: row.id, ports: row.cells['ports']!.split(','), purpose: row.cells['purpose']! },
          protocol: protocolOf(row.cells['protocol']),
          sources: row.cells['source']?.split('\n') ?? [],
          at: cell('ports', row, 'ports'),
        }))
      : [],
    schedules: scheduleKeys.flatMap((key) => {
      const [day, time] = [forms['schedules']?.[`${key}Day`], forms['schedules']?.[`${key}Time`] ?? '00:00'];
      return day === undefined ? [] : [{ key, day, time, at: form('schedules', `${key}Day`) }];
    }),
    servers: rows('servers').map((row) => ({ name: row.cells['name']!, at: cell('servers', row, 'name') })),
  };
}

function stateOf(module: SheetModule, choice: string): string {
  if (module === 'antiMalware' || module === 'firewall') return choice === 'off' ? 'off' : 'on';
  return states[choice] ?? choice;
}

const protocolOf = (choice: string | undefined): 'tcp' | 'udp' | 'tcp-udp' =>
  choice === 'udp' ? 'udp' : choice === 'both' ? 'tcp-udp' : 'tcp';

function exclusionOf(row: HearingRow): Wanted['exclusions'][number] {
  const kind = exclusionKinds.find((one) => one === row.cells['kind']) ?? 'file';
  const given = row.cells['value']!;
  return { kind, value: listed(kind, given), at: { section: 'exclusions', row: row.id, question: 'value' } };
}

/** Mounted storage is left out of scans (S22). */
const mountsOf = (servers: readonly HearingRow[]): Wanted['exclusions'] =>
  servers.flatMap((row) =>
    (row.cells['mountPaths']?.split('\n') ?? []).map((path) => ({
      ...{ kind: 'folder' as const, value: listed('folder', path) },
      at: { section: 'servers', row: row.id, question: 'mountPaths' },
    })),
  );

/** As lists have it: a folder ends with a slash, an extension has no dot. */
const listed = (kind: ExclusionKind, value: string): string =>
  kind === 'folder' ? value.replace(/\/*$/, '/') : kind === 'extension' ? value.replace(/^\*?\./, '') : value;

const webSettings = (web: Readonly<Record<string, string>>): Wanted['settings'] => {
  const at = (question: string) => ({ section: 'web', question });
  const level = web['level'];
  return [
    ...(level
      ? [
          {
            name: 'webReputationSettingSecurityLevel',
            value: level.charAt(0).toUpperCase() + level.slice(1),
            at: at('level'),
          },
        ]
      : []),
    { name: 'webReputationSettingAllowedUrls', value: web['allowed'] ?? '', at: at('allowed') },
    { name: 'webReputationSettingBlockedUrls', value: web['blocked'] ?? '', at: at('blocked') },
  ];
};
