import { Button, type ButtonProps, Modal, type ModalProps } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { usePhrase } from '../language.tsx';

export type DialogProps = Pick<ModalProps, 'opened' | 'onClose' | 'title' | 'size' | 'centered'> & {
  readonly children: ReactNode;
};

/** A window above the page; it says in the reader's language how it is closed. */
export function Dialog({ children, ...given }: DialogProps) {
  const say = usePhrase();
  return (
    <Modal {...given} closeButtonProps={{ 'aria-label': say('console.close') }}>
      {children}
    </Modal>
  );
}

export type DialogButtonProps = {
  readonly label: string;
  readonly title?: string;
  readonly size?: ModalProps['size'];
  readonly button?: ButtonProps;
  /** The dialog's content; it is made anew each time the dialog opens. */
  readonly children: (close: () => void) => ReactNode;
};

/** A button and the dialog that it opens. */
export function DialogButton({ label, title = label, size, button, children }: DialogButtonProps) {
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <>
      <Button {...button} onClick={() => setOpened(true)}>
        {label}
      </Button>
      <Dialog opened={opened} onClose={close} title={title} {...(size === undefined ? {} : { size })}>
        {children(close)}
      </Dialog>
    </>
  );
}
