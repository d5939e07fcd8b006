import { AppShell, Burger, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
import { usePhrase } from '../language.tsx';
import { sessionQuery } from '../queries.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { useLiveUpdates } from './live-updates.ts';
import { Mark } from './mark.tsx';
import { Navigation } from './navigation.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { PersonMenu } from './person-menu.tsx';
import { ProviderFooter } from './provider-footer.tsx';
import { TermsAsked } from './terms-asked.tsx';

/** The frame around every page of somebody signed in. When the session ends, it leads to the sign-in page. */
export function Frame() {
  const session = useQuery(sessionQuery).data;
  const navigate = useNavigate();
  const signedIn = session?.person !== undefined;
  const returnTo = useRouterState({ select: (state) => state.location.href });
  useEffect(() => {
    // While the sign-in page is still loading, this frame stands and the address is that page's already: going there again would not end.
    if (session && !signedIn && !returnTo.startsWith('/sign-in'))
      void navigate({ to: '/sign-in', search: { returnTo: returnTo === '/' ? undefined : returnTo } });
  }, [session, signedIn, navigate, returnTo]);
  return signedIn ? <SignedIn /> : null;
}

function SignedIn() {
  const say = usePhrase();
  const [opened, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useLiveUpdates();
  // A way was taken: on a phone the menu has done its work.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of path that closes it
  useEffect(close, [path]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        {say('console.skipToContent')}
      </a>
      <AppShell.Header px="md" style={{ background: 'var(--card-ground)' }}>
        <Group h="100%" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={say('console.nav.menu')} />
            <Link to="/" style={{ color: 'inherit', textDecoration: 'none' }}>
              <Mark />
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LiveIndicator />
            <LanguageSwitch />
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" style={{ background: 'var(--card-ground)', overflowY: 'auto' }}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
        <Stack gap="md" maw="92rem" mx="auto">
          <OfflineBanner />
          <TermsAsked />
          <Suspense>
            <Outlet />
          </Suspense>
          <ProviderFooter />
        </Stack>
      </AppShell.Main>
    </AppShell>
  );
}
