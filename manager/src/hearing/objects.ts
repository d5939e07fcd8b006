import type { IntegrityRule } from '@sakimori/contract';
import { integrityAttributes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../configuration/index.ts';
import { describeIntegrityRule } from '../policies/index.ts';
import type { ExclusionKind, ScheduleKey, Wanted } from './wanted.ts';

/** Objects of the account that follow from the sheet carry the name of the answer that they came from; nothing else tells them apart. */
const mark = '_hearing';
export const policyName = 'Hearing Sheet';

export const madeFor = (view: ConfigurationView, kind: string, key: string): ApiObject | undefined =>
  view.list(kind).find((object) => object[mark] === key);
export const isMade = (object: ApiObject): boolean => typeof object[mark] === 'string';
export const sheetPolicy = (view: ConfigurationView): ApiObject | undefined => madeFor(view, 'Policy', 'policy');
export const idOf = (object: ApiObject): number => object['ID'] as number;

/** One object that the account must have: its kind, its mark, and what is in it. */
export type WantedObject = { readonly kind: string; readonly key: string; readonly data: ApiObject };
const made = (kind: string, key: string, data: ApiObject): WantedObject => ({
  kind,
  key,
  data: { ...data, [mark]: key },
});
export const keyOf = (object: ApiObject): string => object[mark] as string;

export const exclusionLists: Readonly<
  Record<
    ExclusionKind,
    { readonly kind: string; readonly property: string; readonly name: string; readonly ja: string }
  >
> = {
  folder: { kind: 'DirectoryList', property: 'excludedDirectoryListID', name: 'folders', ja: '除外フォルダ' },
  file: { kind: 'FileList', property: 'excludedFileListID', name: 'files', ja: '除外ファイル' },
  extension: {
    kind: 'FileExtensionList',
    property: 'excludedFileExtensionListID',
    name: 'extensions',
    ja: '除外拡張子',
  },
  process: { kind: 'FileList', property: 'excludedProcessImageFileListID', name: 'processes', ja: '除外プロセス' },
};

/** The three scans of a policy, and the shipped configuration that each begins with. */
export const scans = [
  { property: 'realTimeScanConfigurationID', shipped: 'Default Real-Time Scan Configuration', ja: 'リアルタイム検索' },
  { property: 'manualScanConfigurationID', shipped: 'Default Manual Scan Configuration', ja: '手動検索' },
  { property: 'scheduledScanConfigurationID', shipped: 'Default Scheduled Scan Configuration', ja: '予約検索' },
] as const;

export const shippedByName = (view: ConfigurationView, kind: string, name: string): ApiObject | undefined =>
  view.list(kind).find((object) => object['name'] === name);

/** A list of the sheet's has what the shipped one leaves out besides. */
export function wantedLists(view: ConfigurationView, { exclusions }: Wanted): WantedObject[] {
  return Object.entries(exclusionLists).flatMap(([exclusion, { kind, property, name, ja }]) => {
    const own = exclusions.filter((one) => one.kind === exclusion).map(({ value }) => value);
    if (own.length === 0) return [];
    const shippedId = shippedByName(view, 'AntiMalwareConfiguration', scans[0].shipped)?.[property] as
      | number
      | undefined;
    const base = (shippedId ? (view.get(kind, shippedId)?.['items'] as string[] | undefined) : undefined) ?? [];
    const items = [...new Set([...base, ...own])];
    return [made(kind, `list.${name}`, { name: `${policyName}: ${name}`, _nameJa: `ヒアリングシート：${ja}`, items })];
  });
}

const actions = ['Virus', 'Trojans', 'Packer', 'Spyware', 'OtherThreats', 'Heuristics', 'PossibleMalware'];

/** @param listIds of the sheet's lists, by their marks */
export function wantedScans(
  view: ConfigurationView,
  { malwareAction }: Wanted,
  listIds: ReadonlyMap<string, number>,
): WantedObject[] {
  if (!malwareAction) return [];
  return scans.flatMap(({ property, shipped, ja }) => {
    const base = shippedByName(view, 'AntiMalwareConfiguration', shipped);
    if (!base) return [];
    const { ID: _, name: __, _nameJa: ___, ...rest } = base;
    const lists = Object.values(exclusionLists).flatMap(({ property: list, name }) => {
      const id = listIds.get(`list.${name}`);
      return id === undefined ? [] : [[list, id] as const];
    });
    const action = Object.fromEntries(actions.map((threat) => [`scanActionFor${threat}`, malwareAction.action]));
    return [
      made('AntiMalwareConfiguration', `scan.${property}`, {
        ...rest,
        ...{ name: `${policyName}: ${shipped}`, _nameJa: `ヒアリングシート：${ja}` },
        ...{ customRemediationActionsEnabled: true, customScanActionsEnabled: true, ...action },
        ...Object.fromEntries(lists),
      }),
    ];
  });
}

export const wantedIntegrityRules = ({ integrity }: Wanted): WantedObject[] =>
  integrity.map(({ row, folder, realTime }) => {
    const name = folder.slice(0, 150);
    const rule: IntegrityRule = {
      ...{ id: `hearing.${row}`, name: { ja: `ヒアリングシート：${name}`, en: `${policyName}: ${name}` } },
      ...{ severity: 'medium' as const, include: [folder], exclude: [], attributes: [...integrityAttributes] },
      ...(realTime ? {} : { realTime: false as const }),
    };
    return made('IntegrityMonitoringRule', `integrity.${row}`, { ...describeIntegrityRule(rule), _folder: folder });
  });

/** What every firewall lets in beside what is listed: without these no answer to the host’s own questions comes back. */
export const firewallBasics = [
  ...['ARP', 'Allow solicited TCP/UDP replies', 'Allow solicited ICMP replies'],
  ...['Allow ICMP fragmentation packet (type 3, code 4)', 'ICMP Echo Request', 'DHCP Client', 'DHCPv6 Client'],
];

export const wantedFirewallRules = ({ ports }: Wanted): WantedObject[] =>
  ports.map(({ row, ports: numbers, protocol, sources, purpose }) =>
    made('FirewallRule', `ports.${row}`, {
      ...{
        name: `${policyName} ${row}: ${purpose}`.slice(0, 240),
        _nameJa: `ヒアリングシート：${purpose}`.slice(0, 240),
      },
      ...{ action: 'allow', priority: '0', direction: 'incoming', frameType: 'ip', frameNumber: 2048, frameNot: false },
      ...{ protocol, protocolNot: false, sourceIPNot: false, sourceMACType: 'any', sourceMACNot: false },
      ...(sources.length > 0 ? { sourceIPType: 'multiple', sourceIPMultiple: [...sources] } : { sourceIPType: 'any' }),
      ...{ sourcePortType: 'any', sourcePortNot: false, destinationIPType: 'any', destinationIPNot: false },
      ...{ destinationMACType: 'any', destinationMACNot: false, destinationPortNot: false },
      ...{ destinationPortType: 'multiple', destinationPortMultiple: [...numbers] },
      ...{ anyFlags: true, logDisabled: false, includePacketData: false, alertEnabled: false },
    }),
  );

export const tasks: Readonly<
  Record<ScheduleKey, { readonly type: string; readonly parameters: string; readonly en: string; readonly ja: string }>
> = {
  malware: {
    type: 'scan-for-malware',
    parameters: 'scanForMalwareTaskParameters',
    en: 'scan for malware',
    ja: '不正プログラムの検索',
  },
  integrity: {
    ...{ type: 'scan-for-integrity-changes', parameters: 'scanForIntegrityChangesTaskParameters' },
    ...{ en: 'scan for changes', ja: '変更監視の検索' },
  },
  recommendation: {
    ...{ type: 'scan-for-recommendations', parameters: 'scanForRecommendationsTaskParameters' },
    ...{ en: 'scan for recommendations', ja: '推奨設定の検索' },
  },
  update: {
    ...{ type: 'check-for-security-updates', parameters: 'checkForSecurityUpdatesTaskParameters' },
    ...{ en: 'check for updates', ja: '定義ファイルの更新' },
  },
};

/** Hours and minutes of Japan, as a task keeps them: an instant of any day. */
const startTimeOf = (time: string): number => Date.parse(`2026-01-04T${time}:00+09:00`);
const timeOfStart = (start: number): string => new Date(start + 9 * 3_600_000).toISOString().slice(11, 16);

export const wantedTasks = ({ schedules }: Wanted, policyId: number): WantedObject[] =>
  schedules
    .filter(({ day }) => day !== 'off')
    .map(({ key, day, time }) => {
      const { type, parameters, en, ja } = tasks[key];
      const startTime = startTimeOf(time);
      const when =
        day === 'daily'
          ? { recurrenceType: 'daily', dailyScheduleParameters: { startTime, frequencyType: 'everyday' } }
          : { recurrenceType: 'weekly', weeklyScheduleParameters: { startTime, interval: 1, days: [day] } };
      return made('ScheduledTask', `schedule.${key}`, {
        ...{ name: `${policyName}: ${en}`, _nameJa: `ヒアリングシート：${ja}`, type, enabled: true },
        scheduleDetails: { timeZone: 'Asia/Tokyo', recurrenceCount: 0, ...when },
        [parameters]: { computerFilter: { type: 'computers-using-policy', policyID: policyId } },
      });
    });

/** `sunday 02:00`, as it stands in a task. */
export function timeOfTask(task: ApiObject | undefined): { readonly day: string; readonly time: string } | undefined {
  if (!task || task['enabled'] === false) return undefined;
  const details = (task['scheduleDetails'] ?? {}) as Record<string, ApiObject | undefined>;
  const weekly = details['weeklyScheduleParameters'];
  const start = (weekly ?? details['dailyScheduleParameters'])?.['startTime'];
  if (typeof start !== 'number') return undefined;
  const days = weekly ? ((weekly['days'] as string[] | undefined) ?? []).join(',') : 'daily';
  return { day: days, time: timeOfStart(start) };
}
