import { type Language, routes } from '@sakimori/contract';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export const boardQuery = (all: boolean) =>
  ask(['onboarding', 'board', all], routes.listOnboardings, { query: { all: all ? 'true' : 'false' } });
export const onboardingQuery = (onboardingId: string, language: Language) =>
  ask(['onboarding', onboardingId, language], routes.getOnboarding, { params: { onboardingId }, query: { language } });

export const formsQuery = ask(['onboarding', 'forms'], routes.listForms, {});

export const refreshOnboardings = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['onboarding'] });

/** Bytes of a form that are sent at most; the manager refuses larger ones too. */
const fileBytesMax = 4 * 1024 * 1024 + 1;

export async function toBase64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.slice(0, fileBytesMax).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
