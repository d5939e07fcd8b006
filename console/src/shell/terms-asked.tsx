import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../language.tsx';
import { AgreeButton } from '../pages/contracts/terms.tsx';
import { Notice } from '../parts/notice.tsx';
import { termsQuery } from '../queries.ts';
import { useSession } from '../session.tsx';

/** A customer who has not agreed to the terms in force is asked, from the sign-in on until somebody agrees (S99–S101). */
export function TermsAsked() {
  const say = usePhrase();
  const { person, isProvider, may } = useSession();
  const accountId = person.accountId ?? '';
  const terms = useQuery({ ...termsQuery(accountId), enabled: !isProvider && may('contract.read') }).data;
  if (isProvider || terms?.state !== 'asked') return null;
  const { edition, version } = terms;
  return (
    <Notice tone="watch" actions={may('contract.agree') && <AgreeButton accountId={accountId} terms={terms} />}>
      {may('contract.agree')
        ? say('console.terms.askedAgain', { edition, version })
        : say('console.terms.askedOfAdmin')}
    </Notice>
  );
}
