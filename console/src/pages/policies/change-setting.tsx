import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type PolicySetting, routes } from '@sakimori/contract';
import { builtInSettings } from '@sakimori/contract/workload-security/settings';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { policySettingsQuery } from '../../configuration-queries.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { queryClient } from '../../session.tsx';

type ChangeSettingProps = { readonly policyId: string; readonly setting: PolicySetting };

/** Sets one setting of a policy, or leaves it to what stands above. */
export function ChangeSettingButton(props: ChangeSettingProps) {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.settings.change')}
      title={props.setting.name}
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {(close) => <ChangeSetting {...props} onDone={close} />}
    </DialogButton>
  );
}

/** Lists are as long as they are; everything else is a word or two. */
const isList = (name: string): boolean => /List$|Urls$|Domains$|Keywords$|Patterns$|Exceptions$|Overrides$/.test(name);

function ChangeSetting({
  policyId,
  setting: { name, value: before },
  onDone,
}: ChangeSettingProps & { onDone: () => void }) {
  const say = usePhrase();
  const [value, setValue] = useState(before);
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: async (change: { set: Record<string, string> } | { reset: string[] }) => {
      const given = { params: { policyId }, body: { ...change, reason: reason.trim() } };
      const changed = await call(routes.changePolicySettings, given);
      queryClient.setQueryData(policySettingsQuery(policyId).queryKey, changed);
      notifications.show({ message: say('console.settings.changed') });
      await queryClient.invalidateQueries({ queryKey: ['policy'] });
      onDone();
    },
  });
  const builtIn = builtInSettings.policy[name] || say('console.settings.valueEmpty');
  const Field = isList(name) ? Textarea : TextInput;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ set: { [name]: value } });
      }}
    >
      <Stack gap="sm">
        <Field
          label={say('console.settings.value')}
          description={say('console.settings.builtInIs', { value: builtIn })}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          data-autofocus
        />
        <ReasonField value={reason} onChange={setReason} hint={say('console.policies.reasonHint')} />
        <ErrorNotice error={save.error} />
        <Group gap="xs">
          <Button type="submit" loading={save.isPending} disabled={!reason.trim() || value === before}>
            {say('console.save')}
          </Button>
          <Button
            variant="default"
            loading={save.isPending}
            disabled={!reason.trim()}
            onClick={() => save.mutate({ reset: [name] })}
          >
            {say('console.settings.reset')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
