import { SegmentedControl } from '@mantine/core';
import { type Language, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../api.ts';
import { useLanguage, usePhrase } from '../language.tsx';
import { sessionQuery } from '../queries.ts';
import { queryClient } from '../session.tsx';

const names: readonly { value: Language; label: string }[] = [
  { value: 'ja', label: '日本語' },
  { value: 'en', label: 'English' },
];

/** Japanese or English; remembered in this browser and, for somebody signed in, with the person. */
export function LanguageSwitch() {
  const say = usePhrase();
  const { language, chooseLanguage } = useLanguage();
  const remember = useMutation({
    mutationFn: (next: Language) => call(routes.setLanguage, { body: { language: next } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
  const choose = (next: string) => {
    const chosen = next === 'en' ? 'en' : 'ja';
    chooseLanguage(chosen);
    // Not being able to remember it with the person is no reason to disturb anybody: this browser remembers.
    if (queryClient.getQueryData(sessionQuery.queryKey)?.person) remember.mutate(chosen);
  };
  return (
    <SegmentedControl
      size="xs"
      value={language}
      onChange={choose}
      data={[...names]}
      aria-label={say('console.language')}
    />
  );
}
