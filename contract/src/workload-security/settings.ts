import settings from './settings.json' with { type: 'json' };

/**
 * Names and built-in values of the API's settings. Values are the wire's display strings (`10 Minutes`, `Medium (6)`, `true`), as real managers
 * give them. A policy has the 219 policy settings, the default policy settings nine `…SettingState` besides; an account has the system settings of
 * both flavours of the API, hosted and on premises.
 */
export type SettingsScope = 'policy' | 'default' | 'system';

export const builtInSettings: Readonly<Record<SettingsScope, Readonly<Record<string, string>>>> = {
  policy: settings.policy,
  default: { ...settings.policy, ...settings.defaultOnly },
  system: settings.system,
};

/**
 * Passwords and keys that nothing here has a use for: what is sent is taken and not kept, so that nobody who may read settings reads them.
 */
export const isSecretSetting = (name: string): boolean => /(?:Password|SecretKey|PrivateKey)$/.test(name);

export const isSetting = (scope: SettingsScope, name: string): boolean => Object.hasOwn(builtInSettings[scope], name);
