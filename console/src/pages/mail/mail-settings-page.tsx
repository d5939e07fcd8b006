import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  PasswordInput,
  Radio,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { type MailSettings, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { mailSettingsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { TestMail } from './test-mail.tsx';

/** How mail leaves: the built-in catcher, or an SMTP server of the operator's own. */
export function MailSettingsPage() {
  const say = usePhrase();
  const { may } = useSession();
  // A form being filled in must not change under the hands: it is read once, and again after saving.
  const query = useQuery({ ...mailSettingsQuery, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Page title={say('console.nav.mailSettings')} subtitle={say('console.mailSettings.text')}>
      <Loaded query={query}>
        {(settings) =>
          may('mail.configure') ? (
            <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
              <Card title={say('console.mailSettings.server')}>
                <SettingsForm key={JSON.stringify(settings)} settings={settings} />
              </Card>
              <Card title={say('console.testMail.title')}>
                <TestMail />
              </Card>
            </SimpleGrid>
          ) : (
            <Card>
              <FactList
                facts={[
                  [say('console.mailSettings.transport'), say(`console.mailSettings.${settings.transport}`)],
                  [say('console.mailSettings.host'), settings.host && `${settings.host}:${settings.port ?? ''}`],
                  [say('console.mailSettings.from'), `${settings.fromName} <${settings.fromAddress}>`],
                ]}
              />
            </Card>
          )
        }
      </Loaded>
    </Page>
  );
}

const securities = ['starttls', 'tls', 'none'] as const;
const portsUsual = { starttls: 587, tls: 465, none: 25 } as const;

function SettingsForm({ settings }: { settings: MailSettings }) {
  const say = usePhrase();
  const form = useForm({
    initialValues: {
      transport: settings.transport,
      host: settings.host ?? '',
      port: settings.port ?? portsUsual[settings.security ?? 'starttls'],
      security: settings.security ?? 'starttls',
      user: settings.user ?? '',
      password: '',
      forgetPassword: false,
      fromName: settings.fromName,
      fromAddress: settings.fromAddress,
    },
  });
  const save = useMutation({
    mutationFn: (values: typeof form.values) => call(routes.setMailSettings, { body: toBody(values) }),
    onSuccess: (saved) => {
      queryClient.setQueryData(mailSettingsQuery.queryKey, saved);
      notifications.show({ message: say('console.saved') });
    },
  });
  const smtp = form.values.transport === 'smtp';
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <Radio.Group label={say('console.mailSettings.transport')} {...form.getInputProps('transport')}>
          <Stack gap={6} mt={4}>
            <Radio value="catcher" label={say('console.mailSettings.catcher')} />
            <Radio value="smtp" label={say('console.mailSettings.smtp')} />
          </Stack>
        </Radio.Group>
        {!smtp && (
          <Text size="xs" className="dim">
            {say('console.mailSettings.catcherText')}
          </Text>
        )}
        {smtp && (
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
          </>
        )}
        <TextInput
          label={say('console.mailSettings.fromName')}
          required
          maxLength={100}
          {...form.getInputProps('fromName')}
        />
        <TextInput
          label={say('console.mailSettings.fromAddress')}
          type="email"
          required
          {...form.getInputProps('fromAddress')}
        />
        <ErrorNotice error={save.error} />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.save')}
        </Button>
      </Stack>
    </form>
  );
}

type Values = Omit<MailSettings, 'passwordSet' | 'host' | 'port' | 'security' | 'user'> & {
  host: string;
  port: number | string;
  security: 'none' | 'starttls' | 'tls';
  user: string;
  password: string;
  forgetPassword: boolean;
};

/** A password left empty stays as it is; to remove it is asked for in words. */
function toBody({ password, forgetPassword, host, port, security, user, ...rest }: Values) {
  const secret = forgetPassword ? { password: '' } : password ? { password } : {};
  if (rest.transport === 'catcher') return { ...rest, ...secret };
  return { ...rest, host: host.trim(), port: Number(port), security, ...(user ? { user } : {}), ...secret };
}
