import { createRootRoute, createRoute, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { ownPath, type Search, text } from './search-parameters.ts';
import { Broken, NotFound } from './shell/broken.tsx';

export const rootRoute = createRootRoute({ component: Outlet, errorComponent: Broken, notFoundComponent: NotFound });

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Search): { returnTo?: string | undefined } => ({
    returnTo: ownPath(text(search, 'returnTo')),
  }),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});
const linkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/link',
  component: lazyRouteComponent(() => import('./pages/sign-in/link-page.tsx'), 'LinkPage'),
});

const answerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/answer',
  component: lazyRouteComponent(() => import('./pages/flows/answer-page.tsx'), 'AnswerPage'),
});
const consentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/consent',
  component: lazyRouteComponent(() => import('./pages/containment/consent-page.tsx'), 'ConsentPage'),
});
const reportFileRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/report-file',
  component: lazyRouteComponent(() => import('./pages/report-board/file-page.tsx'), 'ReportFilePage'),
});
const formRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/form',
  component: lazyRouteComponent(() => import('./pages/onboarding/form-page.tsx'), 'FormPage'),
});
const confirmMailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/confirm-mail',
  component: lazyRouteComponent(() => import('./pages/onboarding/confirm-page.tsx'), 'ConfirmPage'),
});
const recipientRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/recipient',
  component: lazyRouteComponent(() => import('./pages/recipients/recipient-page.tsx'), 'RecipientPage'),
});

/** Pages for whoever has the link, and the one to sign in. */
export const openPages = [
  signInRoute,
  linkRoute,
  answerRoute,
  consentRoute,
  reportFileRoute,
  formRoute,
  confirmMailRoute,
  recipientRoute,
] as const;
