import { Button, Menu, Text } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../api.ts';
import { usePhrase } from '../language.tsx';
import { IconLogout, IconUser } from '../parts/icons.ts';
import { MenuLink } from '../parts/links.tsx';
import { sessionQuery } from '../queries.ts';
import { queryClient, useSession } from '../session.tsx';

export function PersonMenu() {
  const say = usePhrase();
  const { person } = useSession();
  const navigate = useNavigate();
  const leave = async () => {
    await call(routes.signOut).catch(() => undefined);
    await navigate({ to: '/sign-in', search: {} });
    // Nothing of one person's is left in the browser for the next.
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          px={6}
          leftSection={<IconUser size={16} />}
          aria-label={person.name}
        >
          <Text size="sm" truncate maw={130} visibleFrom="sm">
            {person.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {person.mail}
          <br />
          {say(`role.${person.role}`)}
        </Menu.Label>
        <MenuLink to="/settings/profile" leftSection={<IconUser size={15} />}>
          {say('console.nav.profile')}
        </MenuLink>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void leave()}>
          {say('console.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
