import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Driver } from './driver.ts';
import { idIn } from './world.ts';

/** A key whose role is this, and its ids. */
export async function makeKeyWith(
  api: Driver,
  role: ApiObject,
): Promise<Driver & { readonly roleID: number; readonly apiKeyID: number }> {
  const name = crypto.randomUUID();
  const roleID = idIn(await api.call('createAdministratorRole', {}, { body: { name, ...role } }));
  const key = await api.call('createApiKey', {}, { body: { keyName: name, roleID } });
  return { ...api.as(key['secretKey'] as string), roleID, apiKeyID: idIn(key) };
}

/** `platformRights.policyRights.canDeletePolicies` granted, all others not. */
export function rightsOf(...paths: readonly string[]): ApiObject {
  const rights: ApiObject = {};
  for (const path of paths) {
    let here = rights;
    const steps = path.split('.');
    for (const step of steps.slice(0, -1)) {
      here[step] ??= {};
      here = here[step] as ApiObject;
    }
    here[steps.at(-1)!] = true;
  }
  return rights;
}

/** The rights of one kind: creating, editing, deleting it. */
export const usual = (place: string, plural: string, singular = plural.slice(0, -1)): readonly string[] => [
  `${place}.canCreateNew${plural}`,
  `${place}.canEdit${singular}Properties`,
  `${place}.canDelete${plural}`,
];
export const platform = 'platformRights';
