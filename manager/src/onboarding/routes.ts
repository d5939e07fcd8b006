import { Refusal, routes } from '@sakimori/contract';
import { type BoundRoute, serve } from '../platform/index.ts';
import type { Desk } from './cases.ts';
import { issue } from './issue.ts';
import { begin, check, findCase, get, list } from './onboarding.ts';
import { writeOrder } from './order-file.ts';
import { askAgain, confirmByToken, confirmForRecipient } from './recipients.ts';
import { addFile, assign, cancel, complete, goLive, reopen } from './steps.ts';
import { selectContent } from './store.ts';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const workbookReply = (name: string, content: Buffer) => ({ name, type: xlsx, content: content.toString('base64') });

export const onboardingRoutes = (desk: Desk): BoundRoute[] => [
  serve(routes.getOrderTemplate, async ({ query: { language } }) =>
    workbookReply(language === 'ja' ? '注文書.xlsx' : 'order-form.xlsx', writeOrder(language)),
  ),
  serve(routes.checkOrder, ({ body }, { language }) => check(desk, body, language)),
  serve(routes.listOnboardings, async ({ query }, { actor }) => ({
    items: await list(desk, actor, { accountId: query.accountId, all: query.all === 'true' }),
  })),
  serve(routes.createOnboarding, async ({ body }, { actor, language }) =>
    get(desk, actor, await begin(desk, actor, body, language), language),
  ),
  serve(routes.getOnboarding, ({ params, query }, { actor, language }) =>
    get(desk, actor, params.onboardingId, query.language ?? language),
  ),
  serve(routes.exportOrder, ({ params, query }, { actor }) =>
    desk.platform.database.for(actor, async (tx) => {
      const { order_form: order } = await findCase(tx, params.onboardingId);
      return workbookReply(
        `${order.number.replace(/[^\p{L}\p{N}._-]/gu, '_')}.xlsx`,
        writeOrder(query.language, order),
      );
    }),
  ),
  serve(routes.addOnboardingFile, async ({ params: { onboardingId: id }, body }, { actor, language }) => {
    await addFile(desk, { actor, language, id, version: body.version, step: body.step }, body);
    return get(desk, actor, id, language);
  }),
  serve(routes.readOnboardingFile, ({ params }, { actor }) =>
    desk.platform.database.for(actor, async (tx) => {
      const found = await selectContent(tx, params.onboardingId, params.fileId);
      if (!found) throw new Refusal('not_found', { what: 'file' });
      const { file, content } = found;
      return { file, name: file.name, type: 'application/octet-stream', content: content.toString('base64') };
    }),
  ),
  serve(routes.assignStep, async ({ params: { onboardingId: id, step }, body }, { actor, language }) => {
    await assign(
      desk,
      { actor, language, id, step, version: body.version },
      { person: body.person, dueOn: body.dueOn },
    );
    return get(desk, actor, id, language);
  }),
  serve(routes.completeStep, async ({ params: { onboardingId: id, step }, body }, { actor, language }) => {
    await complete(desk, { actor, language, id, step, version: body.version }, body.note);
    return get(desk, actor, id, language);
  }),
  serve(routes.reopenStep, async ({ params: { onboardingId: id, step }, body }, { actor, language }) => {
    await reopen(desk, { actor, language, id, step, version: body.version }, body.reason);
    return get(desk, actor, id, language);
  }),
  serve(routes.issueOnboarding, async ({ params: { onboardingId: id }, body }, { actor, language }) => {
    const secrets = await issue(desk, { actor, language, id, version: body.version });
    return { onboarding: await get(desk, actor, id, language), ...(secrets ? { secrets } : {}) };
  }),
  serve(routes.confirmRecipient, async ({ params: { onboardingId: id, contactId }, body }, { actor, language }) => {
    await confirmForRecipient(desk, actor, { id, contactId }, body.how);
    return get(desk, actor, id, language);
  }),
  serve(routes.askRecipients, async ({ params: { onboardingId: id } }, { actor, language }) => {
    await askAgain(desk, id);
    return get(desk, actor, id, language);
  }),
  serve(routes.confirmByLink, ({ body }) => confirmByToken(desk, body.token)),
  serve(routes.goLive, async ({ params: { onboardingId: id }, body }, { actor, language }) => {
    await goLive(desk, { actor, language, id, version: body.version }, body.overrideReason);
    return get(desk, actor, id, language);
  }),
  serve(routes.cancelOnboarding, async ({ params: { onboardingId: id }, body }, { actor, language }) => {
    await cancel(desk, { actor, language, id, version: body.version }, body.reason);
    return get(desk, actor, id, language);
  }),
];
