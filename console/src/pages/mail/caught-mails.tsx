import { Grid, SegmentedControl, Text } from '@mantine/core';
import type { CaughtMail } from '@sakimori/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatBytes } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { IconMail } from '../../parts/icons.ts';
import { LetterFrame } from '../../parts/letter-frame.tsx';
import { Loaded, LoadMore } from '../../parts/loaded.tsx';
import { RelativeTime, Time } from '../../parts/time.tsx';
import { caughtMailsQuery } from '../../queries.ts';

export type CaughtMailsProps = { readonly selected: string | undefined; readonly onSelect: (id: string) => void };

/** Mails that the catcher took instead of a real server: list at the left, the letter at the right. */
export function CaughtMails({ selected, onSelect }: CaughtMailsProps) {
  const say = usePhrase();
  const query = useInfiniteQuery(caughtMailsQuery);
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        const shown = items.find((mail) => mail.id === selected) ?? items[0];
        if (!shown)
          return (
            <Card>
              <EmptyState icon={IconMail} title={say('console.mail.none')}>
                {say('console.mail.noneCaught')}
              </EmptyState>
            </Card>
          );
        return (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 4 }}>
              <Card flush>
                <ul className="letters" aria-label={say('console.mail.caught')}>
                  {items.map((mail) => (
                    <li key={mail.id}>
                      <button
                        type="button"
                        className="letter-link"
                        aria-current={mail.id === shown.id}
                        onClick={() => onSelect(mail.id)}
                      >
                        <span className="letter-subject">{mail.subject}</span>
                        <span className="dim">
                          {mail.to.join(', ')} · <RelativeTime at={mail.receivedAt} />
                        </span>
                      </button>
                    </li>
                  ))}
                </ul>
                <LoadMore query={query} />
              </Card>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 8 }}>
              <Letter key={shown.id} mail={shown} />
            </Grid.Col>
          </Grid>
        );
      }}
    </Loaded>
  );
}

const forms = ['html', 'text', 'raw'] as const;
type Form = (typeof forms)[number];

function Letter({ mail }: { mail: CaughtMail }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const given = forms.filter((form) => form !== 'html' || mail.html);
  const [form, setForm] = useState<Form>(given[0] ?? 'text');
  const choice = (
    <SegmentedControl
      size="xs"
      value={form}
      onChange={(next) => setForm(forms.find((each) => each === next) ?? 'text')}
      aria-label={say('console.mail.form')}
      data={given.map((value) => ({ value, label: say(`console.mail.form.${value}`) }))}
    />
  );
  return (
    <Card title={<span style={{ overflowWrap: 'anywhere' }}>{mail.subject}</span>} actions={choice} flush>
      <div className="card-body" style={{ borderBottom: '1px solid var(--line)' }}>
        <FactList
          facts={[
            [say('console.mail.from'), mail.from],
            [say('console.mail.to'), mail.to.join(', ')],
            [say('console.mail.receivedAt'), <Time key="at" at={mail.receivedAt} relative zone />],
            [
              say('console.mail.attachments'),
              mail.attachments.map((file) => `${file.name} (${formatBytes(language, file.sizeBytes)})`).join(', '),
            ],
          ]}
        />
      </div>
      {form === 'html' && mail.html && <LetterFrame html={mail.html} title={mail.subject} height="40rem" />}
      {form !== 'html' && (
        <div className="card-body">
          {form === 'text' ? (
            <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {mail.text}
            </Text>
          ) : (
            <pre className="record" style={{ maxHeight: '40rem', overflow: 'auto' }}>
              {mail.raw}
            </pre>
          )}
        </div>
      )}
    </Card>
  );
}
