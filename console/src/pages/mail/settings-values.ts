import type { bounceAddressings, MailSettings, MailSettingsInput } from '@sakimori/contract';

export const securities = ['starttls', 'tls', 'none'] as const;
export const portsUsual = { starttls: 587, tls: 465, none: 25 } as const;

/** What the form holds: every field a value, empty where nothing is set. */
export type SettingsValues = {
  transport: MailSettings['transport'];
  host: string;
  port: number | string;
  security: (typeof securities)[number];
  user: string;
  password: string;
  forgetPassword: boolean;
  fromName: string;
  fromAddress: string;
  bounceAddressing: (typeof bounceAddressings)[number];
  trustedCertificate: string;
  signature: string;
  deskAddress: string;
};

export const toValues = (settings: MailSettings): SettingsValues => ({
  transport: settings.transport,
  host: settings.host ?? '',
  port: settings.port ?? portsUsual[settings.security ?? 'starttls'],
  security: settings.security ?? 'starttls',
  user: settings.user ?? '',
  password: '',
  forgetPassword: false,
  fromName: settings.fromName,
  fromAddress: settings.fromAddress,
  bounceAddressing: settings.bounceAddressing ?? 'tagged',
  trustedCertificate: settings.trustedCertificate ?? '',
  signature: settings.signature ?? '',
  deskAddress: settings.deskAddress ?? '',
});

/** A password left empty stays as it is stored; to remove it is asked for in words. Emptied texts are removed. */
export function toInput(values: SettingsValues): MailSettingsInput {
  const { transport, fromName, fromAddress, bounceAddressing, trustedCertificate, signature, deskAddress } = values;
  const secret = values.forgetPassword ? { password: '' } : values.password ? { password: values.password } : {};
  const common = { transport, fromName, fromAddress, signature, deskAddress: deskAddress.trim(), ...secret };
  if (transport === 'catcher') return common;
  return {
    ...common,
    host: values.host.trim(),
    port: Number(values.port),
    security: values.security,
    bounceAddressing,
    trustedCertificate,
    ...(values.user ? { user: values.user } : {}),
  };
}
