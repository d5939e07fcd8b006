import { Anchor, Loader, Text } from '@mantine/core';
import { type Person, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, Unreachable } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Notice } from '../../parts/notice.tsx';
import { PasswordForm } from '../profile/password-form.tsx';
import { TotpSetup } from '../profile/totp-setup.tsx';
import { Door } from './door.tsx';
import { useEnter } from './enter.ts';

/**
 * The secret stands behind `#`, which browsers never send: no server, proxy or log sees it. It is taken out of the address at once, so that neither
 * history nor a screenshot keeps it, and redeemed once, however often the page is drawn.
 */
let taken: string | undefined;
function takeSecret(): string | undefined {
  const secret = decodeURIComponent(location.hash.slice(1));
  if (secret) {
    taken = secret;
    history.replaceState(history.state, '', location.pathname);
  }
  return taken;
}

/** Signs in with a one-time link, then helps to a password and, if wanted, to one-time codes. */
export function LinkPage() {
  const say = usePhrase();
  const { adoptLanguage, enter } = useEnter();
  const [person, setPerson] = useState<Person>();
  const [password, setPassword] = useState<string>();
  const [secret] = useState(takeSecret);
  const redeem = useMutation({
    mutationFn: (given: string) => call(routes.redeemLink, { body: { secret: given } }),
    onSuccess: async ({ person: known }) => {
      adoptLanguage(known);
      setPerson(known);
    },
  });
  const { mutate } = redeem;
  useEffect(() => {
    if (!secret || taken !== secret) return;
    taken = undefined;
    mutate(secret);
  }, [secret, mutate]);

  if (person && password !== undefined) {
    return (
      <Door title={say('console.totp.title')}>
        <TotpSetup password={password} onDone={() => void enter()} onLater={() => void enter()} />
      </Door>
    );
  }
  if (person) {
    return (
      <Door title={say('console.link.welcome', { name: person.name })}>
        <Text size="sm">{say(person.passwordSet ? 'console.link.changePassword' : 'console.link.setPassword')}</Text>
        <PasswordForm
          mail={person.mail}
          asksCurrent={false}
          onDone={person.totpEnabled ? () => void enter() : setPassword}
        />
        {person.passwordSet && (
          <Anchor component="button" size="sm" onClick={() => void enter()}>
            {say('console.link.keepPassword')}
          </Anchor>
        )}
      </Door>
    );
  }
  return (
    <Door title={say('console.link.title')}>
      <LinkState secret={secret} error={redeem.error} onRetry={() => secret && mutate(secret)} />
    </Door>
  );
}

function LinkState({ secret, error, onRetry }: { secret: string | undefined; error: unknown; onRetry: () => void }) {
  const say = usePhrase();
  if (secret && !error) {
    return (
      <Text size="sm" role="status">
        <Loader size="xs" mr="xs" />
        {say('console.link.checking')}
      </Text>
    );
  }
  return (
    <>
      {!secret && <Notice tone="warn">{say('console.link.missing')}</Notice>}
      <ErrorNotice error={error} onRetry={error instanceof Unreachable ? onRetry : undefined} />
      <TextLink to="/sign-in" size="sm">
        {say('console.link.toSignIn')}
      </TextLink>
    </>
  );
}
