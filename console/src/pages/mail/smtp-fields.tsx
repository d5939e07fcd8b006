import { Checkbox, Group, NumberInput, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { bounceAddressings, type MailSettings } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { portsUsual, type SettingsValues, securities } from './settings-values.ts';

export type SmtpFieldsProps = {
  readonly form: UseFormReturnType<SettingsValues>;
  readonly settings: MailSettings;
};

/** How to reach a server of one's own. */
export function SmtpFields({ form, settings }: SmtpFieldsProps) {
  const say = usePhrase();
  return (
    <>
      <Group gap="sm" align="flex-start">
        <TextInput
          label={say('console.mailSettings.host')}
          placeholder="smtp.example.jp"
          required
          maxLength={255}
          style={{ flex: '3 1 12rem' }}
          {...form.getInputProps('host')}
        />
        <NumberInput
          label={say('console.mailSettings.port')}
          required
          min={1}
          max={65535}
          allowDecimal={false}
          hideControls
          style={{ flex: '1 1 5rem' }}
          {...form.getInputProps('port')}
        />
      </Group>
      <Select
        label={say('console.mailSettings.security')}
        data={securities.map((value) => ({ value, label: say(`console.mailSettings.security.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps('security')}
        onChange={(value) => {
          const security = securities.find((each) => each === value) ?? 'starttls';
          form.setValues({ security, port: portsUsual[security] });
        }}
      />
      <TextInput
        label={say('console.mailSettings.user')}
        autoComplete="off"
        maxLength={255}
        {...form.getInputProps('user')}
      />
      <PasswordInput
        label={say('console.signIn.password')}
        description={settings.passwordSet ? say('console.mailSettings.passwordKept') : undefined}
        autoComplete="new-password"
        maxLength={500}
        disabled={form.values.forgetPassword}
        {...form.getInputProps('password')}
      />
      {settings.passwordSet && (
        <Checkbox
          label={say('console.mailSettings.forgetPassword')}
          {...form.getInputProps('forgetPassword', { type: 'checkbox' })}
        />
      )}
      <Select
        label={say('console.mailSettings.bounces')}
        description={say('console.mailSettings.bouncesText')}
        data={bounceAddressings.map((value) => ({ value, label: say(`console.mailSettings.bounces.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps('bounceAddressing')}
      />
      <Textarea
        label={say('console.mailSettings.certificate')}
        description={say('console.mailSettings.certificateText')}
        placeholder="-----BEGIN CERTIFICATE-----"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={20_000}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.75rem' } }}
        {...form.getInputProps('trustedCertificate')}
      />
    </>
  );
}
