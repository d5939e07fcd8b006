import { SimpleGrid, Text } from '@mantine/core';
import { type Brand, contactLines, nameOfProvider, type ProviderProfile } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';

const line = '1px solid var(--line)';

/** What a brand looks like below a mail and on the cover of a report, in the reader's language. */
export function BrandPreview({ profile, logo }: { profile: ProviderProfile | undefined; logo: Brand['logo'] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  if (!profile) return null;
  const name = nameOfProvider(language, profile);
  const contacts = contactLines(language, profile);
  const picture = logo && (
    <img
      src={`data:${logo.type};base64,${logo.content}`}
      alt={name}
      style={{ maxHeight: 40, maxWidth: 200, objectFit: 'contain' }}
    />
  );
  const lines = contacts.map((text) => <div key={text}>{text}</div>);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <figure style={{ margin: 0 }}>
        <Text size="xs" className="dim" component="figcaption">
          {say('console.provider.previewMail')}
        </Text>
        <div style={{ border: line, borderRadius: 6, padding: '0.75rem', fontSize: '0.8125rem' }}>
          <div>{'-- '}</div>
          <strong>{name}</strong>
          {lines}
        </div>
      </figure>
      <figure style={{ margin: 0 }}>
        <Text size="xs" className="dim" component="figcaption">
          {say('console.provider.previewReport')}
        </Text>
        <div style={{ border: line, borderRadius: 6, overflow: 'hidden', background: '#ffffff', color: '#1f2933' }}>
          <div style={{ background: profile.colour, color: '#ffffff', padding: '1.25rem 0.75rem 0.75rem' }}>
            <strong>{say('report.title.monthly')}</strong>
          </div>
          <div style={{ padding: '0.75rem', fontSize: '0.75rem' }}>
            {picture}
            <div>
              <strong>{name}</strong>
            </div>
            {lines}
          </div>
        </div>
      </figure>
    </SimpleGrid>
  );
}
