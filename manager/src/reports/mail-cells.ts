import { type Language, type PhraseKey, phrase, phraseOr } from '@sakimori/contract';
import { type Html, html, nothing } from './html.ts';
import { colourOfSeverity } from './wording.ts';

/** What the tables of a mail are made of: cells with inline styles, and bars drawn as cells, as every mail client shows them. */

export const colours = { ink: '#1f2933', faint: '#5b6773', line: '#dfe4ea', navy: '#12304f', head: '#f3f6f9' } as const;

const numeric: readonly PhraseKey[] = [
  'report.column.count',
  'report.column.detected',
  'report.column.prevented',
  'report.column.total',
  'report.column.ratio',
];

export function table(language: Language, columns: readonly PhraseKey[], rows: readonly (readonly Html[])[]): Html {
  const heads = columns.map((column) => {
    const isNumber = numeric.includes(column);
    return html`<th scope="col" align="${isNumber ? 'right' : 'left'}" valign="bottom" style="padding:6px 6px;background:${colours.head};border-bottom:1px solid ${colours.line};font-size:12px;font-weight:bold;color:${colours.faint};${isNumber ? 'white-space:nowrap;' : ''}">${phrase(language, column)}</th>`;
  });
  return html`<table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;border-top:1px solid ${colours.line};font-size:13px;line-height:1.6;">
<tr>${heads}</tr>
${rows.map((row) => html`<tr>${row}</tr>\n`)}</table>`;
}

// Names of hosts and files may be long and without a space: they break anywhere rather than widen the mail.
export const cell = (content: Html | string, style = ''): Html =>
  html`<td valign="top" style="padding:6px 6px;border-bottom:1px solid ${colours.line};overflow-wrap:anywhere;word-break:break-word;${style}">${content}</td>`;
export const number = (text: string | Html, style = ''): Html =>
  html`<td align="right" valign="top" style="padding:6px 6px;border-bottom:1px solid ${colours.line};white-space:nowrap;${style}">${text}</td>`;

/** Small print below what a cell says. */
export const below = (text: string | Html): Html =>
  html`<br><span style="font-size:12px;font-weight:normal;color:${colours.faint};">${text}</span>`;

export const swatch = (colour: string): Html => html`<span style="color:${colour};">■</span>&nbsp;`;
export const severityMark = (language: Language, severity: string): Html =>
  html`<span style="color:${colourOfSeverity[severity]!};">●</span>&nbsp;${phraseOr(language, 'severity', severity)}`;

/** A bar of coloured cells, as wide as its share of `most`. A part that is there at all is at least one per cent wide. */
export function bar(parts: readonly { readonly colour: string; readonly count: number }[], most: number): Html {
  const wide = parts
    .filter((part) => part.count > 0)
    .map((part) => ({ colour: part.colour, percent: Math.max(1, Math.round((part.count / most) * 100)) }));
  if (wide.length === 0) return html`&nbsp;`;
  const rest = 100 - wide.reduce((sum, part) => sum + part.percent, 0);
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:4px 0;"><tr>${wide.map(
    (part) =>
      html`<td width="${part.percent}%" height="14" bgcolor="${part.colour}" style="font-size:0;line-height:14px;background:${part.colour};">&nbsp;</td>`,
  )}${rest > 0 ? html`<td width="${rest}%" style="font-size:0;">&nbsp;</td>` : nothing}</tr></table>`;
}

type Column = {
  readonly name: string;
  readonly text: string;
  readonly parts: readonly { readonly colour: string; readonly count: number }[];
};

const chartHeight = 64;

/**
 * Upright bars of coloured cells side by side, each under its count and over its name. What is there at all is at least two points high.
 * @param said what the picture shows, for who hears it instead
 */
export function columnChart(columns: readonly Column[], said: string): Html {
  const totals = columns.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0));
  const most = Math.max(1, ...totals);
  const width = `${Math.floor(100 / columns.length)}%`;
  const stacks = columns.map(({ parts, text }) => {
    // The topmost part first, as rows of a table run downwards.
    const cells = parts
      .filter(({ count }) => count > 0)
      .map(({ colour, count }) => ({ colour, height: Math.max(2, Math.round((count / most) * chartHeight)) }))
      .reverse()
      .map(
        ({ colour, height }) =>
          html`<tr><td height="${height}" bgcolor="${colour}" style="height:${height}px;font-size:0;line-height:0;background:${colour};">&nbsp;</td></tr>`,
      );
    return html`<td width="${width}" align="center" valign="bottom" style="padding:0 3px;border-bottom:1px solid ${colours.line};"><div style="font-size:11px;line-height:1.4;white-space:nowrap;">${text}</div><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:56px;">${cells}</table></td>`;
  });
  const names = columns.map(
    ({ name }) =>
      html`<td align="center" valign="top" style="padding:3px 0 0;font-size:11px;line-height:1.4;color:${colours.faint};">${name}</td>`,
  );
  return html`<table role="img" aria-label="${said}" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed;"><tr>${stacks}</tr><tr>${names}</tr></table>`;
}
