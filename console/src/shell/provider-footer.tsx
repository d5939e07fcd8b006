import { Anchor, Group, Stack, Text } from '@mantine/core';
import { contactLines, nameOfProvider } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLanguage, usePhrase } from '../language.tsx';
import { Clauses } from '../pages/contracts/terms.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { identityQuery, termsQuery } from '../queries.ts';
import { useSession } from '../session.tsx';

/** Below every page: who provides the service (S104), and for customers the terms with their version (S99–S101). */
export function ProviderFooter() {
  const say = usePhrase();
  const { language } = useLanguage();
  const { person, isProvider, may } = useSession();
  const [opened, setOpened] = useState(false);
  const identity = useQuery({ ...identityQuery(), enabled: may('account.read') }).data;
  const terms = useQuery({
    ...termsQuery(person.accountId ?? ''),
    enabled: !isProvider && may('contract.read'),
  }).data;
  const { profile, logo } = identity ?? {};
  if (!profile && !terms) return null;
  return (
    <footer style={{ borderTop: '1px solid var(--line)', paddingTop: '0.75rem' }}>
      <Group justify="space-between" align="flex-end" gap="md">
        {profile && (
          <Group gap="sm" align="center">
            {logo && (
              <img
                src={`data:${logo.type};base64,${logo.content}`}
                alt=""
                style={{ maxHeight: 28, maxWidth: 140, objectFit: 'contain' }}
              />
            )}
            <Stack gap={0}>
              <Text size="xs" fw={600}>
                {nameOfProvider(language, profile)}
              </Text>
              <Text size="xs" className="dim">
                {contactLines(language, profile).join(' · ')}
              </Text>
            </Stack>
          </Group>
        )}
        {terms && (
          <Anchor component="button" type="button" size="xs" onClick={() => setOpened(true)}>
            {say.bracket(
              say('console.footer.terms'),
              say('console.terms.version', { edition: terms.edition, version: terms.version }),
            )}
          </Anchor>
        )}
      </Group>
      {terms && (
        <Dialog opened={opened} onClose={() => setOpened(false)} title={say('console.footer.terms')} size="lg">
          <Clauses terms={terms} />
        </Dialog>
      )}
    </footer>
  );
}
