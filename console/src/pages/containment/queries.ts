import { routes } from '@sakimori/contract';
import { ask } from '../../queries.ts';

export const playbooksQuery = ask(['containment', 'playbooks'], routes.listPlaybooks);
export type RequestPlace = {
  readonly accountId?: string | undefined;
  readonly hostId?: string | undefined;
  readonly alertId?: string | undefined;
};
export const containmentRequestsQuery = (place: RequestPlace) =>
  ask(['containment', 'requests', place], routes.listContainmentRequests, { query: place });
export const containmentSettingQuery = (accountId: string) =>
  ask(['containment', 'setting', accountId], routes.getContainmentSetting, { params: { accountId } });
export const standingConsentsQuery = (accountId: string) =>
  ask(['containment', 'standing', accountId], routes.listStandingConsents, { params: { accountId } });
