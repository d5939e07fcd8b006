import { routes } from '@sakimori/contract';
import { type BoundRoute, serve } from '../platform/index.ts';
import type { Desk } from './cases.ts';
import { lookAtForm, saveForm, sendFormCode, submitForm } from './form-links.ts';
import { getForm, issueForm, listForms, renewForm, reopenForm, takeForm, withdrawForm } from './forms.ts';

export const formRoutes = (desk: Desk): BoundRoute[] => [
  serve(routes.listForms, async () => ({ items: await listForms(desk) })),
  serve(routes.issueForm, ({ body }, { actor }) => issueForm(desk, actor, body)),
  serve(routes.getForm, ({ params }, { language }) => getForm(desk, params.formId, language)),
  serve(routes.renewForm, ({ params, body }, { actor }) => renewForm(desk, { actor, id: params.formId }, body.days)),
  serve(routes.withdrawForm, ({ params, body }, { actor }) =>
    withdrawForm(desk, { actor, id: params.formId }, body.reason),
  ),
  serve(routes.reopenForm, ({ params, body: { reason, days } }, { actor }) =>
    reopenForm(desk, { actor, id: params.formId }, reason, days),
  ),
  serve(routes.takeForm, ({ params }, { actor, language }) => takeForm(desk, { actor, id: params.formId }, language)),
  serve(routes.lookAtForm, ({ body }) => lookAtForm(desk, body.secret)),
  serve(routes.saveForm, ({ body }) => saveForm(desk, body)),
  serve(routes.sendFormCode, ({ body }) => sendFormCode(desk, body.secret)),
  serve(routes.submitForm, ({ body }) => submitForm(desk, body)),
];
