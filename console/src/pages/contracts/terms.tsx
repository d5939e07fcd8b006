import { Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { type Account, type AccountTerms, decisionWays, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { termsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { refreshContract } from './refresh.ts';

/** Terms and disclaimers of the account's edition, and who agreed to which version. */
export function Terms({ account }: { account: Account }) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(termsQuery(account.id));
  const terms = query.data;
  const isAsked = terms?.state === 'asked';
  return (
    <Card
      title={say('console.terms.title')}
      actions={terms && isAsked && may('contract.agree') && <AgreeButton accountId={account.id} terms={terms} />}
    >
      <Loaded query={query}>
        {(shown) => (
          <Stack gap="xs">
            <Group gap="xs">
              <StateBadge tone={shown.state === 'agreed' ? 'good' : 'watch'}>
                {say(`console.terms.${shown.state}`)}
              </StateBadge>
              <Text size="sm">{say('console.terms.version', { edition: shown.edition, version: shown.version })}</Text>
              <DialogButton
                label={say('console.terms.read')}
                title={say('console.terms.title')}
                size="lg"
                button={{ size: 'compact-sm', variant: 'default' }}
              >
                {() => <Clauses terms={shown} />}
              </DialogButton>
            </Group>
            {shown.consents.map((consent) => (
              <Text size="sm" className="dim" key={consent.id}>
                {say('console.terms.consent', {
                  ...{ on: consent.agreedOn, by: consent.agreedBy, how: say(`quoteWay.${consent.agreedHow}`) },
                  ...{ edition: consent.edition, version: consent.version },
                })}
              </Text>
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

export function Clauses({ terms }: { terms: Pick<AccountTerms, 'clauses'> }) {
  const { language } = useLanguage();
  return (
    <Stack gap="xs">
      {terms.clauses.map((clause) => (
        <Text size="sm" key={clause.number}>
          §{clause.number} {clause[language]}
        </Text>
      ))}
    </Stack>
  );
}

export function AgreeButton({ accountId, terms }: { accountId: string; terms: AccountTerms }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const [by, setBy] = useState('');
  const [how, setHow] = useState<(typeof decisionWays)[number]>('document');
  const agree = async () => {
    const body = { version: terms.version, ...(isProvider ? { by, how } : {}) };
    await call(routes.recordConsent, { params: { accountId }, body });
    await refreshContract();
  };
  return (
    <ConfirmButton
      label={say(isProvider ? 'console.terms.record' : 'console.terms.agree')}
      harmless
      text={
        <Stack gap="sm">
          <Clauses terms={terms} />
          {isProvider && (
            <>
              <TextInput
                label={say('console.quotes.by')}
                required
                value={by}
                onChange={(event) => setBy(event.currentTarget.value)}
              />
              <Select
                label={say('console.quotes.how')}
                data={decisionWays.map((way) => ({ value: way, label: say(`quoteWay.${way}`) }))}
                value={how}
                allowDeselect={false}
                onChange={(way) => setHow(decisionWays.find((each) => each === way) ?? 'document')}
              />
            </>
          )}
        </Stack>
      }
      onConfirm={agree}
    />
  );
}
