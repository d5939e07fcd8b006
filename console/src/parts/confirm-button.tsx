import { Button, type ButtonProps, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { usePhrase } from '../language.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { ReasonField } from './reason-field.tsx';

export type ConfirmButtonProps = {
  readonly label: string;
  /** What will happen, and whether it can be undone. */
  readonly text: ReactNode;
  /** Asks for a reason, which is recorded. Its value is handed to `onConfirm`. */
  readonly reasonLabel?: string;
  /** May fail: then the dialog stays and shows why. */
  readonly onConfirm: (reason: string) => Promise<unknown>;
  readonly button?: ButtonProps;
  /** Nothing is lost by it. */
  readonly harmless?: boolean;
};

/** A button whose deed is asked back for first. */
export function ConfirmButton({ label, text, reasonLabel, onConfirm, button, harmless }: ConfirmButtonProps) {
  const say = usePhrase();
  const [opened, setOpened] = useState(false);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const close = () => {
    setOpened(false);
    setError(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onConfirm(reason.trim());
      close();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="compact-sm" variant="default" {...button} onClick={() => setOpened(true)}>
        {label}
      </Button>
      <Dialog opened={opened} onClose={close} title={label} centered>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm" component="div">
              {text}
            </Text>
            {reasonLabel && <ReasonField label={reasonLabel} value={reason} onChange={setReason} isFirst />}
            <ErrorNotice error={error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                {say('console.cancel')}
              </Button>
              <Button
                type="submit"
                {...(harmless ? {} : { color: 'red.8' })}
                loading={busy}
                disabled={Boolean(reasonLabel) && !reason.trim()}
              >
                {label}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  );
}
