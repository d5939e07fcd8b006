import { useMemo } from 'react';

/** Nothing from elsewhere, no scripts: a letter may look, not act. */
const law =
  '<meta http-equiv="content-security-policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">' +
  '<meta name="referrer" content="no-referrer">';

/** Somebody else's HTML in a frame that can run nothing, load nothing and reach nothing of this page. */
export function LetterFrame({ html, title, height = '32rem' }: { html: string; title: string; height?: string }) {
  const document = useMemo(() => law + html, [html]);
  return <iframe className="letter" sandbox="" srcDoc={document} title={title} style={{ height }} />;
}
