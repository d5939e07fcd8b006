import { z } from 'zod';
import { Edition, EditionId, EditionSummary } from '../edition.ts';
import { route } from '../route.ts';

export const listEditions = route({
  needs: 'edition.read',
  method: 'GET',
  path: '/editions',
  summary: 'Editions of the service specification that the caller may see',
  reply: z.object({ items: z.array(EditionSummary).max(1000) }),
});
export const getEdition = route({
  needs: 'edition.read',
  method: 'GET',
  path: '/editions/{editionId}',
  summary: 'One edition: plan table, hours, deadlines, clauses and how they are read',
  params: z.object({ editionId: EditionId }),
  reply: Edition,
  errors: ['not_found'],
});
