import { Button, Radio, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
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
import { DeskMailboxCard } from './desk-mailbox.tsx';
import { type SettingsValues, toInput, toValues } from './settings-values.ts';
import { SmtpFields } from './smtp-fields.tsx';
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
              <Stack gap="md">
                <Card title={say('console.testMail.title')}>
                  <TestMail />
                </Card>
                <DeskMailboxCard />
              </Stack>
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

function SettingsForm({ settings }: { settings: MailSettings }) {
  const say = usePhrase();
  const form = useForm<SettingsValues>({ initialValues: toValues(settings) });
  const save = useMutation({
    mutationFn: (values: SettingsValues) => call(routes.setMailSettings, { body: toInput(values) }),
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
        {smtp && <SmtpFields form={form} settings={settings} />}
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
        <TextInput
          label={say('console.mail.deskAddress')}
          description={say('console.mail.deskAddressHint')}
          type="email"
          {...form.getInputProps('deskAddress')}
        />
        <Textarea
          label={say('console.mailSettings.signature')}
          description={say('console.mailSettings.signatureText')}
          autosize
          minRows={3}
          maxRows={8}
          maxLength={1000}
          {...form.getInputProps('signature')}
        />
        <ErrorNotice error={save.error} />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.save')}
        </Button>
      </Stack>
    </form>
  );
}
