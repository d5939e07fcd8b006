import { createTheme, Drawer, type MantineColorsTuple, Modal, Table } from '@mantine/core';

/** 藍 (indigo), the one colour of the product. */
const ai: MantineColorsTuple = [
  '#eff4f9',
  '#dde7f1',
  '#b9cee3',
  '#92b3d4',
  '#719dc8',
  '#5c8fc1',
  '#4f88be',
  '#4075a8',
  '#356897',
  '#264f7a',
];

/** Warm grey for dark mode: quieter at night than pure black. */
const dark: MantineColorsTuple = [
  '#e3e6ea',
  '#c3c8ce',
  '#9aa2ab',
  '#6f7883',
  '#434b55',
  '#343b44',
  '#272d35',
  '#1c2128',
  '#161a20',
  '#101318',
];

const sans =
  '"Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic UI", Meiryo, system-ui, sans-serif';

export const theme = createTheme({
  primaryColor: 'ai',
  primaryShade: { light: 9, dark: 8 },
  colors: { ai, dark },
  fontFamily: sans,
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono CJK JP", "Noto Sans Mono", Menlo, Consolas, monospace',
  headings: {
    fontFamily: sans,
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' }, h3: { fontSize: '0.9375rem' } },
  },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.45', sm: '1.5', md: '1.6', lg: '1.6', xl: '1.6' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  autoContrast: true,
  components: {
    Modal: Modal.extend({ styles: { title: { fontWeight: 600, fontSize: '1rem' } } }),
    Drawer: Drawer.extend({ styles: { title: { fontWeight: 600, fontSize: '1rem' } } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 7, horizontalSpacing: 'sm', fz: 'sm' } }),
  },
});
