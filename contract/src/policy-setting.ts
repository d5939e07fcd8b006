import { z } from 'zod';
import { NamedObject } from './named-object.ts';
import { apiModules } from './rule.ts';

/** Settings of a policy by what they belong to: the six modules, and what is about agents as a whole. */
export const settingGroups = [...apiModules, 'platform'] as const;
export const SettingGroup = z.enum(settingGroups);
export type SettingGroup = z.infer<typeof SettingGroup>;

/** @returns undefined for settings of what is no part of the service: Application Control, activity monitoring */
export const groupOfSetting = (name: string): SettingGroup | undefined =>
  settingGroups.find((group) => name.startsWith(`${group}Setting`));

/** Names and values are the Workload Security API's; `setting-support.json` says where each takes effect. */
export const SettingName = z.string().regex(/^[a-zA-Z0-9]{1,150}$/);
export const SettingValue = z.string().max(100_000);

export const PolicySetting = z.object({
  name: SettingName,
  value: SettingValue,
  /** Whose value it is; absent: as it was built in, or set for all policies of the account. */
  setBy: NamedObject.optional(),
});
export type PolicySetting = z.infer<typeof PolicySetting>;

export const PolicySettingsChange = z.object({
  set: z.record(SettingName, SettingValue).default({}),
  /** What stands above decides again. */
  reset: z.array(SettingName).max(219).default([]),
  reason: z.string().trim().min(1).max(1000),
});
export type PolicySettingsChange = z.infer<typeof PolicySettingsChange>;
