import { routes } from '@sakimori/contract';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export const licensesQuery = (accountId: string | undefined, retired: boolean) =>
  ask(['license', accountId, retired], routes.listLicenses, {
    query: { accountId, retired: retired ? 'true' : 'false' },
  });

/** A renewal settles work too. */
export const refreshLicenses = (): Promise<unknown> =>
  Promise.all(['license', 'work'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));

/** A file that a person chose, as the service takes it. */
export async function proofOf(file: File): Promise<{ name: string; content: string }> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.name, content: btoa(text) };
}
