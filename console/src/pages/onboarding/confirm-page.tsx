import { Button, Text } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Door } from '../sign-in/door.tsx';

/**
 * Confirms that a test mail arrived (S36). The secret stands behind `#`, and only the button sends it: programs that look into mails and follow
 * their links confirm nothing.
 */
export function ConfirmPage() {
  const say = usePhrase();
  const [token] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const confirm = useMutation({ mutationFn: () => call(routes.confirmByLink, { body: { token } }) });
  return (
    <Door title={say('console.confirmMail.title')}>
      {confirm.data ? (
        <Notice tone="good">
          {say('console.confirmMail.done', { mail: confirm.data.mail, account: confirm.data.accountName })}
        </Notice>
      ) : token === '' ? (
        <Notice tone="warn">{say('console.confirmMail.missing')}</Notice>
      ) : (
        <>
          <Text size="sm">{say('console.confirmMail.text')}</Text>
          {confirm.error && <ErrorNotice error={confirm.error} />}
          <Button loading={confirm.isPending} onClick={() => confirm.mutate()}>
            {say('console.confirmMail.confirm')}
          </Button>
        </>
      )}
    </Door>
  );
}
