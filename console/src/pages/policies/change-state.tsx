import { Button, Radio, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ApiModuleState, moduleOfApi, type PolicyModule, statesOfModule } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import type { ChangeModule } from './module-rules.tsx';

type ChangeStateProps = { readonly module: PolicyModule; readonly onChange: ChangeModule };

/** Sets the state of a module of a policy, or leaves it to the policy above. */
export function ChangeStateButton({ module, onChange }: ChangeStateProps) {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.policies.changeState')}
      title={say(`module.${moduleOfApi[module.module]}`)}
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {(close) => (
        <ChangeStateForm
          module={module}
          onChange={async (change) => {
            await onChange(change);
            close();
          }}
        />
      )}
    </DialogButton>
  );
}

function ChangeStateForm({ module, onChange }: ChangeStateProps) {
  const say = usePhrase();
  const isOwn = module.stateAbove !== undefined;
  const form = useForm<{ state: ApiModuleState | 'inherited'; reason: string }>({
    initialValues: { state: isOwn ? module.state : 'inherited', reason: '' },
  });
  const save = useMutation({
    mutationFn: ({ state, reason }: typeof form.values) => onChange({ state, reason: reason.trim() }),
  });
  // What stands above is known where this policy overrules it, and is the state itself where it does not.
  const above = module.stateAbove ?? module.state;
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <Radio.Group label={say('console.policies.state')} {...form.getInputProps('state')}>
          <Stack gap={6} mt={4}>
            {statesOfModule[module.module].map((state) => (
              <Radio key={state} value={state} label={say(`console.policies.${state}`)} />
            ))}
            <Radio
              value="inherited"
              label={say('console.policies.inherit', { state: say(`console.policies.${above}`) })}
            />
          </Stack>
        </Radio.Group>
        <ReasonField
          value={form.values.reason}
          onChange={(reason) => form.setFieldValue('reason', reason)}
          hint={say('console.policies.reasonHint')}
        />
        <ErrorNotice error={save.error} />
        <Button
          type="submit"
          loading={save.isPending}
          disabled={!form.values.reason.trim()}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.save')}
        </Button>
      </Stack>
    </form>
  );
}
