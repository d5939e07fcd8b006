import type { Language } from '@sakimori/contract';
import { escapeHtml } from './plain.ts';

/** What a letter says, before it has a form. All texts are already safe to show (`plain.ts`). */
export type Letter = {
  readonly language: Language;
  readonly tone: Tone;
  /** The word beside the headline: the severity, or that it is over. */
  readonly badge: string;
  readonly headline: string;
  readonly dear: string;
  readonly intro: string;
  readonly facts: Section<readonly [label: string, value: string]>;
  readonly change?: Section<readonly [attribute: string, before: string, after: string]> & {
    readonly columns: readonly [string, string, string];
  };
  /** Of a letter about many alerts: tables of three columns, each under a heading of its own. */
  readonly counts?: readonly (Section<readonly [string, string, string]> & {
    readonly columns: readonly [string, string, string];
  })[];
  readonly log?: Section<string> & { readonly more?: string };
  readonly advice: Section<string>;
  readonly link: { readonly text: string; readonly url: string };
  readonly footer: string;
  readonly signature: string;
};
type Section<Row> = { readonly heading: string; readonly rows: readonly Row[] };
export type Tone = 'critical' | 'high' | 'medium' | 'low' | 'informational' | 'resolved';

/** The letter as plain text. */
export function toText(letter: Letter): string {
  const heading = (text: string) => (letter.language === 'ja' ? `■ ${text}` : `${text}\n${'-'.repeat(text.length)}`);
  const colon = letter.language === 'ja' ? '：' : ': ';
  const parts = [
    letter.dear,
    letter.intro,
    letter.language === 'ja' ? `【${letter.badge}】${letter.headline}` : `[${letter.badge}] ${letter.headline}`,
    [heading(letter.facts.heading), ...letter.facts.rows.map(([label, value]) => `${label}${colon}${value}`)].join(
      '\n',
    ),
  ];
  if (letter.change)
    parts.push(
      [
        heading(letter.change.heading),
        ...letter.change.rows.map(([label, before, after]) => `${label}${colon}${before} → ${after}`),
      ].join('\n'),
    );
  for (const { heading: head, columns: names, rows } of letter.counts ?? [])
    parts.push([heading(head), `  ${names.join(' / ')}`, ...rows.map((cells) => `  ${cells.join(' / ')}`)].join('\n'));
  if (letter.log)
    parts.push(
      [
        heading(letter.log.heading),
        ...letter.log.rows.map((line) => `  ${line}`),
        ...(letter.log.more ? [`  ${letter.log.more}`] : []),
      ].join('\n'),
    );
  parts.push(
    [heading(letter.advice.heading), ...letter.advice.rows.map((step, index) => `${index + 1}. ${step}`)].join('\n'),
    `${letter.link.text}\n${letter.link.url}`,
    letter.footer,
    `-- \n${letter.signature}`,
  );
  return `${parts.join('\n\n')}\n`;
}

/** Colours of the badge and the line above: dark enough for white text (contrast ≥ 4.5). */
const colours: Readonly<Record<Tone, string>> = {
  critical: '#a11212',
  high: '#c2410c',
  medium: '#8a5a00',
  low: '#1d5fa8',
  informational: '#475467',
  resolved: '#136c3a',
};
const fonts =
  "-apple-system,BlinkMacSystemFont,'Segoe UI','Hiragino Kaku Gothic ProN','Yu Gothic',Meiryo,'Noto Sans CJK JP','Noto Sans JP',sans-serif";
const fixedFonts = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Noto Sans Mono CJK JP',monospace";
const cell = 'padding:7px 12px;border-bottom:1px solid #e4e7ec;text-align:left;vertical-align:top;font-size:14px;';
const anywhere = 'word-break:break-word;overflow-wrap:anywhere;';
const headCell = `${cell}font-weight:600;color:#475467;background:#f7f8fa;`;

/** The letter as HTML for mail programs: tables and inline styles, nothing to load, nothing to run. */
export function toHtml(letter: Letter): string {
  const colour = colours[letter.tone];
  const body = [
    paragraph(letter.dear),
    paragraph(letter.intro),
    `<table role="presentation" style="border-collapse:collapse;margin:20px 0 8px"><tr><td style="background:${colour};color:#fff;font-size:13px;font-weight:700;padding:3px 12px;border-radius:4px;white-space:nowrap">${escapeHtml(letter.badge)}</td></tr></table>`,
    `<h1 style="font-size:19px;line-height:1.5;margin:0 0 20px;color:#101828;${anywhere}">${escapeHtml(letter.headline)}</h1>`,
    heading(letter.facts.heading),
    table(letter.facts.rows.map(([label, value]) => row([label], [value]))),
    ...(letter.change
      ? [
          heading(letter.change.heading),
          fixedTable([columns(letter.change.columns), ...letter.change.rows.map(changeRow)]),
        ]
      : []),
    ...(letter.counts ?? []).flatMap(({ heading: head, columns: names, rows }) => [
      heading(head),
      countTable([columns(names), ...rows.map(countRow)]),
    ]),
    ...(letter.log ? [heading(letter.log.heading), logLines(letter.log)] : []),
    heading(letter.advice.heading),
    `<ol style="margin:0 0 24px;padding-left:24px">${letter.advice.rows.map((step) => `<li style="margin:0 0 6px;font-size:14px">${escapeHtml(step)}</li>`).join('')}</ol>`,
    button(letter.link, colour),
  ].join('\n');
  return `<!doctype html>
<html lang="${letter.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light"><title>${escapeHtml(letter.headline)}</title></head>
<body style="margin:0;padding:0;background:#eef0f4;color:#1d2939;font-family:${fonts};font-size:14px;line-height:1.7">
<table role="presentation" width="100%" style="border-collapse:collapse"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" style="max-width:640px;border-collapse:separate;border-spacing:0;background:#fff;border-top:5px solid ${colour};border-radius:6px;table-layout:fixed"><tr><td style="padding:28px 28px 24px">
${body}
</td></tr>
<tr><td style="padding:16px 28px 22px;border-top:1px solid #e4e7ec;color:#667085;font-size:12px;line-height:1.6;${anywhere}">${lines(letter.footer)}<br><br>${lines(letter.signature)}</td></tr></table>
</td></tr></table>
</body></html>
`;
}

const lines = (text: string) => escapeHtml(text).replaceAll('\n', '<br>');
const paragraph = (text: string) => `<p style="margin:0 0 14px">${lines(text)}</p>`;
const heading = (text: string) =>
  `<h2 style="font-size:15px;margin:24px 0 8px;color:#101828;${anywhere}">${escapeHtml(text)}</h2>`;
const table = (rows: readonly string[]) =>
  `<table width="100%" style="border-collapse:collapse;border-top:1px solid #e4e7ec;margin:0 0 8px">${rows.join('')}</table>`;
/** A narrow first column and two equal ones, so that before and after stand side by side on a telephone too. */
const fixedTable = (rows: readonly string[]) =>
  `<table width="100%" style="border-collapse:collapse;border-top:1px solid #e4e7ec;margin:0 0 8px;table-layout:fixed"><colgroup><col style="width:34%"><col style="width:33%"><col style="width:33%"></colgroup>${rows.join('')}</table>`;
const countTable = (rows: readonly string[]) =>
  `<table width="100%" style="border-collapse:collapse;border-top:1px solid #e4e7ec;margin:0 0 8px">${rows.join('')}</table>`;
const row = (heads: readonly string[], cells: readonly string[]) =>
  `<tr>${heads.map((text) => `<th scope="row" style="${headCell}white-space:nowrap">${escapeHtml(text)}</th>`).join('')}${cells.map((text) => `<td style="${cell}${anywhere}">${escapeHtml(text)}</td>`).join('')}</tr>`;
const closer = 'padding-left:8px;padding-right:6px;font-size:13px;';
const columns = (names: readonly string[]) =>
  `<tr>${names.map((name) => `<th scope="col" style="${headCell}${closer}">${escapeHtml(name)}</th>`).join('')}</tr>`;
const changeRow = ([attribute, before, after]: readonly [string, string, string]) =>
  `<tr><th scope="row" style="${headCell}${closer}">${escapeHtml(attribute)}</th>${[before, after].map((text) => `<td style="${cell}${closer}${anywhere}font-family:${fixedFonts}">${escapeHtml(text)}</td>`).join('')}</tr>`;
const countRow = (cells: readonly [string, string, string]) =>
  `<tr>${cells.map((text) => `<td style="${cell}${closer}${anywhere}">${escapeHtml(text)}</td>`).join('')}</tr>`;
const logLines = (log: NonNullable<Letter['log']>) =>
  `<div style="background:#f7f8fa;border:1px solid #e4e7ec;border-radius:4px;padding:10px 12px;font-family:${fixedFonts};font-size:12.5px;line-height:1.6;${anywhere}">${log.rows.map((line) => `<div style="margin:0 0 4px">${escapeHtml(line)}</div>`).join('')}${log.more ? `<div style="color:#667085">${escapeHtml(log.more)}</div>` : ''}</div>`;
const button = (link: Letter['link'], colour: string) =>
  `<table role="presentation" style="border-collapse:collapse"><tr><td style="background:${colour};border-radius:5px"><a href="${escapeHtml(link.url)}" style="display:inline-block;padding:11px 22px;color:#fff;font-size:14px;font-weight:600;text-decoration:none">${escapeHtml(link.text)}</a></td></tr></table>
<p style="margin:10px 0 0;font-size:12px;color:#667085;${anywhere}">${escapeHtml(link.url)}</p>`;
