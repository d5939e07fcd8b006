import { z } from 'zod';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import { NewSoc, Soc, SocChange, SocDelivery } from '../soc.ts';

const SocParams = z.object({ socId: Id });

export const listSocs = route({
  needs: 'soc.read',
  method: 'GET',
  path: '/socs',
  summary: 'Partner SOCs with the accounts that they cover',
  reply: z.object({ items: z.array(Soc).max(100) }),
});
export const createSoc = route({
  needs: 'soc.write',
  method: 'POST',
  path: '/socs',
  summary: 'Add a partner SOC; the secret that signs its webhooks is shown only in this answer',
  body: NewSoc,
  reply: z.object({ soc: Soc, secret: z.string().max(200) }),
  errors: ['already_exists', 'limit_reached'],
});
export const changeSoc = route({
  needs: 'soc.write',
  method: 'PATCH',
  path: '/socs/{socId}',
  summary: 'Change the name, the mail addresses, the webhook or the brand of a partner SOC',
  params: SocParams,
  body: SocChange,
  reply: Soc,
  errors: ['not_found', 'already_exists'],
});
export const rotateSocSecret = route({
  needs: 'soc.write',
  method: 'POST',
  path: '/socs/{socId}/secret',
  summary: 'A new secret for webhooks; for a day both sign',
  params: SocParams,
  reply: z.object({ soc: Soc, secret: z.string().max(200) }),
  errors: ['not_found'],
});
export const coverAccount = route({
  needs: 'soc.write',
  method: 'PUT',
  path: '/accounts/{accountId}/soc',
  summary: 'Say which partner SOC covers an account; without one, none does',
  params: z.object({ accountId: Id }),
  body: z.object({ socId: Id.optional() }),
  errors: ['not_found'],
});
export const listSocDeliveries = route({
  needs: 'soc.read',
  method: 'GET',
  path: '/socs/{socId}/deliveries',
  summary: 'Messages to a partner SOC, newest first',
  params: SocParams,
  query: z.object({
    state: z.enum(['waiting', 'delivered', 'dead']).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  reply: z.object({ items: z.array(SocDelivery).max(500) }),
});
export const retrySocDelivery = route({
  needs: 'soc.write',
  method: 'POST',
  path: '/socs/{socId}/deliveries/{deliveryId}/retry',
  summary: 'Try a message again that was given up',
  params: SocParams.extend({ deliveryId: Id }),
  errors: ['not_found', 'wrong_state'],
});
