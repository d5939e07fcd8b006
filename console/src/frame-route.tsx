import { createRoute, redirect } from '@tanstack/react-router';
import { rootRoute } from './open-pages.tsx';
import { sessionQuery } from './queries.ts';
import { queryClient } from './session.tsx';
import { Broken } from './shell/broken.tsx';
import { Frame } from './shell/frame.tsx';

/** Everything that needs somebody to be signed in. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session.person) return;
    throw redirect({ to: '/sign-in', search: { returnTo: location.href === '/' ? undefined : location.href } });
  },
  component: Frame,
  errorComponent: Broken,
});

export const frame = { getParentRoute: () => frameRoute } as const;
