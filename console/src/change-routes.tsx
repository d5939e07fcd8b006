import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame-route.tsx';
import { accountSearch } from './search-parameters.ts';

/** The pages of configuration changes. */
export const changeRoutes = [
  createRoute({
    ...frame,
    path: '/changes',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/changes/changes-page.tsx'), 'ChangesPage'),
  }),
  createRoute({
    ...frame,
    path: '/changes/$changeId',
    component: lazyRouteComponent(() => import('./pages/changes/change-page.tsx'), 'ChangePage'),
  }),
] as const;
