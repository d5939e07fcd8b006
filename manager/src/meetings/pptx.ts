import { xmlText } from '@sakimori/contract/workbook/xml-text';
import { zip } from '@sakimori/contract/workbook/zip';
import type { Deck, Slide } from './deck.ts';

/** English Metric Units: 360,000 a centimetre. A slide is 33.87 × 19.05 cm (16:9). */
const cm = 360_000;
const [slideWidth, slideHeight] = [12_192_000, 6_858_000];
const [left, width] = [Math.round(1.8 * cm), slideWidth - Math.round(3.6 * cm)];

const main = 'http://schemas.openxmlformats.org/presentationml/2006/main';
const drawing = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const names = `xmlns:a="${drawing}" xmlns:r="${relations}" xmlns:p="${main}"`;
const kind = 'application/vnd.openxmlformats-officedocument.presentationml';

/** A presentation as Office Open XML (ECMA-376): texts, tables and shapes that whoever gets it can go on with. Equal decks give equal files. */
export function writePptx(deck: Deck): Buffer {
  const ink = deck.colour.replace('#', '').toUpperCase();
  const slides = [cover(deck, ink), ...deck.slides.map((slide, at) => page(deck, slide, at + 2, ink))];
  const part = (type: string, target: string, id: number) =>
    `<Relationship Id="rId${id}" Type="${relations}/${type}" Target="${target}"/>`;
  const linked = (...parts: string[]) =>
    `<Relationships xmlns="${packaged}/relationships">${parts.join('')}</Relationships>`;
  const override = (name: string, type: string) => `<Override PartName="/ppt/${name}.xml" ContentType="${type}+xml"/>`;
  const parts: [string, string][] = [
    [
      '[Content_Types].xml',
      `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('presentation', `${kind}.presentation.main`)}${override('slideMasters/slideMaster1', `${kind}.slideMaster`)}${override('slideLayouts/slideLayout1', `${kind}.slideLayout`)}${override('theme/theme1', 'application/vnd.openxmlformats-officedocument.theme')}${slides.map((_, at) => override(`slides/slide${at + 1}`, `${kind}.slide`)).join('')}</Types>`,
    ],
    ['_rels/.rels', linked(part('officeDocument', 'ppt/presentation.xml', 1))],
    [
      'ppt/presentation.xml',
      `<p:presentation ${names}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst>${slides.map((_, at) => `<p:sldId id="${256 + at}" r:id="rId${at + 3}"/>`).join('')}</p:sldIdLst><p:sldSz cx="${slideWidth}" cy="${slideHeight}"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`,
    ],
    [
      'ppt/_rels/presentation.xml.rels',
      linked(
        part('slideMaster', 'slideMasters/slideMaster1.xml', 1),
        part('theme', 'theme/theme1.xml', 2),
        ...slides.map((_, at) => part('slide', `slides/slide${at + 1}.xml`, at + 3)),
      ),
    ],
    ['ppt/theme/theme1.xml', theme(ink)],
    [
      'ppt/slideMasters/slideMaster1.xml',
      `<p:sldMaster ${names}><p:cSld><p:bg><p:bgPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>${tree('')}</p:cSld><p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/><p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>`,
    ],
    [
      'ppt/slideMasters/_rels/slideMaster1.xml.rels',
      linked(part('slideLayout', '../slideLayouts/slideLayout1.xml', 1), part('theme', '../theme/theme1.xml', 2)),
    ],
    [
      'ppt/slideLayouts/slideLayout1.xml',
      `<p:sldLayout ${names} type="blank"><p:cSld name="Blank">${tree('')}</p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>`,
    ],
    [
      'ppt/slideLayouts/_rels/slideLayout1.xml.rels',
      linked(part('slideMaster', '../slideMasters/slideMaster1.xml', 1)),
    ],
    ...slides.flatMap((shapes, at): [string, string][] => [
      [
        `ppt/slides/slide${at + 1}.xml`,
        `<p:sld ${names}><p:cSld>${tree(shapes)}</p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>`,
      ],
      [`ppt/slides/_rels/slide${at + 1}.xml.rels`, linked(part('slideLayout', '../slideLayouts/slideLayout1.xml', 1))],
    ]),
  ];
  return zip(
    parts.map(([name, xml]) => [name, Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${xml}`)]),
    true,
  );
}

const tree = (shapes: string): string =>
  `<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>${shapes}</p:spTree>`;

type Box = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
type Style = {
  readonly size: number;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly align?: 'l' | 'ctr' | 'r';
  readonly bullet?: boolean;
};

const frame = ({ x, y, w, h }: Box, prefix: 'a' | 'p'): string =>
  `<${prefix}:xfrm><a:off x="${Math.round(x)}" y="${Math.round(y)}"/><a:ext cx="${Math.round(w)}" cy="${Math.round(h)}"/></${prefix}:xfrm>`;

function paragraph(text: string, { size, colour = '1F2933', bold, align = 'l', bullet }: Style): string {
  const dot = bullet ? ' marL="285750" indent="-285750"' : '';
  const mark = bullet ? '<a:spcAft><a:spcPts val="1000"/></a:spcAft><a:buChar char="•"/>' : '<a:buNone/>';
  return `<a:p><a:pPr algn="${align}"${dot}>${mark}</a:pPr><a:r><a:rPr lang="ja-JP" sz="${size * 100}"${bold ? ' b="1"' : ''}><a:solidFill><a:srgbClr val="${colour}"/></a:solidFill></a:rPr><a:t>${xmlText(text)}</a:t></a:r></a:p>`;
}

const textBox = (
  id: number,
  box: Box,
  lines: readonly string[],
  style: Style,
  anchor: 't' | 'ctr' | 'b' = 't',
): string =>
  `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="Text ${id}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>${frame(box, 'a')}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody><a:bodyPr wrap="square" anchor="${anchor}"><a:normAutofit/></a:bodyPr><a:lstStyle/>${(lines.length > 0 ? lines : ['']).map((line) => paragraph(line, style)).join('')}</p:txBody></p:sp>`;

const rectangle = (id: number, box: Box, colour: string, description = ''): string =>
  `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="Shape ${id}" descr="${xmlText(description)}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>${frame(box, 'a')}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="${colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="ja-JP"/></a:p></p:txBody></p:sp>`;

function cover(deck: Deck, ink: string): string {
  const high = Math.round(slideHeight * 0.55);
  return [
    rectangle(2, { x: 0, y: 0, w: slideWidth, h: high }, ink),
    textBox(
      3,
      { x: left, y: high - 5 * cm, w: width, h: 3 * cm },
      [deck.title],
      { size: 34, colour: 'FFFFFF', bold: true },
      'b',
    ),
    textBox(4, { x: left, y: high - 2 * cm, w: width, h: 1.2 * cm }, [deck.period], { size: 18, colour: 'FFFFFF' }),
    textBox(5, { x: left, y: high + 0.8 * cm, w: width, h: 1.4 * cm }, [deck.customer], { size: 24, bold: true }),
    textBox(
      6,
      { x: left, y: high + 2.6 * cm, w: width, h: 4 * cm },
      deck.facts.map(({ label, value }) => `${label}  ${value}`),
      { size: 14 },
    ),
  ].join('');
}

function page(deck: Deck, slide: Slide, number: number, ink: string): string {
  const top = 3.2 * cm;
  const linesHeight = slide.table ? slide.lines.length * 1.1 * cm : 12 * cm;
  const tableTop = top + (slide.lines.length > 0 ? linesHeight + 0.3 * cm : 0);
  const tableWidth = slide.bars.length > 0 ? width * 0.6 : width;
  const quiet = '5B6773';
  return [
    textBox(
      2,
      { x: left, y: 1 * cm, w: width, h: 1.6 * cm },
      [slide.title],
      { size: 26, colour: ink, bold: true },
      'b',
    ),
    rectangle(3, { x: left, y: 2.7 * cm, w: width, h: 0.06 * cm }, ink),
    slide.lines.length > 0
      ? textBox(4, { x: left, y: top, w: width, h: linesHeight }, slide.lines, { size: 18, bullet: true })
      : '',
    slide.table ? table(5, { x: left, y: tableTop, w: tableWidth, h: 0 }, slide.table) : '',
    bars(slide, { x: left + width * 0.65, y: tableTop, w: width * 0.35, h: 9.5 * cm }, ink),
    slide.note
      ? textBox(6, { x: left, y: 16.2 * cm, w: width, h: 1 * cm }, [slide.note], { size: 11, colour: quiet })
      : '',
    textBox(7, { x: left, y: 17.4 * cm, w: width * 0.8, h: 0.9 * cm }, [deck.provider], { size: 10, colour: quiet }),
    textBox(8, { x: left + width * 0.8, y: 17.4 * cm, w: width * 0.2, h: 0.9 * cm }, [String(number)], {
      ...{ size: 10, colour: quiet, align: 'r' as const },
    }),
  ].join('');
}

const rowHeight = Math.round(1.02 * cm);

function table(id: number, box: Box, { head, rows, figuresFrom, widths }: NonNullable<Slide['table']>): string {
  const shares = widths.reduce((sum, share) => sum + share, 0);
  const line = (edge: string) => `<a:${edge} w="6350"><a:solidFill><a:srgbClr val="D5DCE4"/></a:solidFill></a:${edge}>`;
  const cell = (text: string, at: number, isHead: boolean) =>
    `<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>${paragraph(text, {
      ...{ size: isHead ? 12 : 14, bold: isHead, colour: isHead ? '5B6773' : '1F2933' },
      align: at >= figuresFrom ? 'r' : 'l',
    })}</a:txBody><a:tcPr anchor="ctr">${line('lnT')}${line('lnB')}<a:solidFill><a:srgbClr val="${isHead ? 'EEF2F6' : 'FFFFFF'}"/></a:solidFill></a:tcPr></a:tc>`;
  const row = (cells: readonly string[], isHead: boolean) =>
    `<a:tr h="${rowHeight}">${cells.map((text, at) => cell(text, at, isHead)).join('')}</a:tr>`;
  return `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="${id}" name="Table ${id}"/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>${frame({ ...box, h: rowHeight * (rows.length + 1) }, 'p')}<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblPr firstRow="1"/><a:tblGrid>${widths.map((share) => `<a:gridCol w="${Math.round((box.w * share) / shares)}"/>`).join('')}</a:tblGrid>${row(head, true)}${rows.map((cells) => row(cells, false)).join('')}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
}

/** Bars as shapes, with their figures as text. */
function bars({ bars: all }: Slide, box: Box, ink: string): string {
  const most = Math.max(1, ...all.map(({ count }) => count));
  const step = box.w / Math.max(1, all.length);
  const room = box.h - 2.4 * cm;
  return all
    .map(({ label, count, text }, at) => {
      const height = Math.max(0.04 * cm, (room * count) / most);
      const bottom = box.y + 1.2 * cm + room;
      const x = box.x + at * step;
      const id = 20 + at * 3;
      return [
        rectangle(id, { x: x + step * 0.25, y: bottom - height, w: step * 0.5, h: height }, ink, `${label} ${text}`),
        textBox(
          id + 1,
          { x, y: bottom - height - 1 * cm, w: step, h: 0.9 * cm },
          [text],
          { size: 12, bold: true, align: 'ctr', colour: ink },
          'b',
        ),
        textBox(id + 2, { x, y: bottom + 0.1 * cm, w: step, h: 1 * cm }, [label], {
          size: 11,
          align: 'ctr',
          colour: '5B6773',
        }),
      ].join('');
    })
    .join('');
}

/** The least that the standard asks of a theme (20.1.6.9); colours and fonts of texts are said with them. */
function theme(ink: string): string {
  const fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>';
  const colour = (name: string, value: string) => `<a:${name}><a:srgbClr val="${value}"/></a:${name}>`;
  const fonts = '<a:latin typeface="Arial"/><a:ea typeface="Yu Gothic"/><a:cs typeface=""/>';
  return `<a:theme xmlns:a="${drawing}" name="Meeting"><a:themeElements><a:clrScheme name="Meeting">${colour('dk1', '1F2933')}${colour('lt1', 'FFFFFF')}${colour('dk2', '5B6773')}${colour('lt2', 'EEF2F6')}${[1, 2, 3, 4, 5, 6].map((at) => colour(`accent${at}`, ink)).join('')}${colour('hlink', ink)}${colour('folHlink', ink)}</a:clrScheme><a:fontScheme name="Meeting"><a:majorFont>${fonts}</a:majorFont><a:minorFont>${fonts}</a:minorFont></a:fontScheme><a:fmtScheme name="Meeting"><a:fillStyleLst>${fill.repeat(3)}</a:fillStyleLst><a:lnStyleLst>${`<a:ln w="6350">${fill}</a:ln>`.repeat(3)}</a:lnStyleLst><a:effectStyleLst>${'<a:effectStyle><a:effectLst/></a:effectStyle>'.repeat(3)}</a:effectStyleLst><a:bgFillStyleLst>${fill.repeat(3)}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`;
}
