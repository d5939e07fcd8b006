import type { Person } from '@sakimori/contract';
import { useNavigate } from '@tanstack/react-router';
import { useLanguage } from '../../language.tsx';
import { sessionQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

/** What follows a successful sign-in: the person's language (unless this browser remembers another), then the page they wanted. */
export function useEnter() {
  const navigate = useNavigate();
  const { chosen, chooseLanguage } = useLanguage();
  return {
    adoptLanguage: (person: Person) => {
      if (!chosen) chooseLanguage(person.language);
    },
    enter: async (returnTo?: string) => {
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: returnTo ?? '/', replace: true });
    },
  };
}
