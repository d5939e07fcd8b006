import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { ButtonLink } from '../../parts/links.tsx';
import { Notice } from '../../parts/notice.tsx';
import { brandsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';

/** Until the provider has said who it is, mails and reports carry the product's name: whoever can mend it is told. */
export function ProviderUnset() {
  const say = usePhrase();
  const { may } = useSession();
  const isAsked = may('provider.write');
  const brands = useQuery({ ...brandsQuery, enabled: isAsked }).data;
  if (!isAsked || !brands || brands.items.length > 0) return null;
  return (
    <Notice
      tone="info"
      actions={
        <ButtonLink to="/provider" size="compact-sm" variant="default">
          {say('console.provider.setNow')}
        </ButtonLink>
      }
    >
      {say('console.provider.unset')}
    </Notice>
  );
}
