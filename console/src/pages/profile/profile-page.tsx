import { SimpleGrid, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { formatDate } from '../../format.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Page } from '../../parts/page.tsx';
import { useSession } from '../../session.tsx';
import { LanguageSwitch } from '../../shell/language-switch.tsx';
import { PasswordForm } from './password-form.tsx';
import { TotpSection } from './totp-section.tsx';

export function ProfilePage() {
  const say = usePhrase();
  const { person } = useSession();
  return (
    <Page title={say('console.nav.profile')}>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack>
          <Card title={say('console.profile.person')}>
            <FactList
              facts={[
                [say('console.person.name'), person.name],
                [say('console.person.mail'), person.mail],
                [say('console.person.role'), say(`role.${person.role}`)],
                [say('console.person.createdAt'), formatDate(person.createdAt)],
                [say('console.language'), <LanguageSwitch key="switch" />],
              ]}
            />
          </Card>
          <Card title={say('console.totp.title')}>
            <TotpSection />
          </Card>
        </Stack>
        <Card title={say('console.signIn.password')}>
          <PasswordForm
            mail={person.mail}
            asksCurrent={person.passwordSet}
            onDone={() => notifications.show({ message: say('console.password.changed') })}
          />
        </Card>
      </SimpleGrid>
    </Page>
  );
}
