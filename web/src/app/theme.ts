// One design system: tokens over Mantine. Colours meet WCAG AA on both backgrounds; see docs/ui.md before adding one.
import { createTheme, type MantineColorsTuple } from '@mantine/core';
import { config } from '@/app/config';

const indigo: MantineColorsTuple = ['#eef2ff', '#dfe5ff', '#bcc8fd', '#96a7fb', '#768af7', '#6277f4', '#4c5fe8', '#3f4fd0', '#3643b5', '#2b3594'];

/** As our tokens: white on the filled shades and the dark shades on the light ones can be read. */
const red: MantineColorsTuple = ['#fdf0ef', '#fbe0de', '#f6bfbb', '#ff8f88', '#f4746c', '#e9564e', '#d63a33', '#c02f2a', '#a62823', '#8f211d'];
const yellow: MantineColorsTuple = ['#fff8e6', '#ffeec4', '#fbdd92', '#f4c95f', '#f0b75e', '#d69a1c', '#b57c0a', '#8a5a00', '#734b00', '#6b4600'];

/** Mantine's greys of the dark side, in the hue of our surfaces (tokens.css). */
const slate: MantineColorsTuple = ['#d5dae1', '#b8c0ca', '#a3adb9', '#7c8794', '#3d4550', '#333b45', '#262c35', '#1c2027', '#15181d', '#0f1114'];

/** Ten shades of a configured colour: mixed with white above it and with black below. */
export function shadesOf(hex: string): MantineColorsTuple | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (!match) return null;
  const base = match.slice(1).map((part) => parseInt(part, 16));
  const mix = (other: number, share: number) =>
    `#${base.map((part) => Math.round(part + (other - part) * share).toString(16).padStart(2, '0')).join('')}`;
  return [mix(255, 0.92), mix(255, 0.82), mix(255, 0.65), mix(255, 0.48), mix(255, 0.3), mix(255, 0.15), hex, mix(0, 0.12), mix(0, 0.25), mix(0, 0.4)];
}

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.28,
  colors: { brand: shadesOf(config.brand.color) ?? indigo, dark: slate, red, yellow },
  fontFamily: 'var(--font)', // this and the headings are in tokens.css: the document's frame has them before the theme is there
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: 'var(--heading-weight)', sizes: { h1: { fontSize: 'var(--h1-size)', lineHeight: 'var(--heading-line-height-1)' }, h2: { fontSize: 'var(--h2-size)', lineHeight: 'var(--heading-line-height-2)' }, h3: { fontSize: '0.9375rem' } } },
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    // The first entry takes the focus; a place of its own for it would be no entry of a menu.
    Menu: { defaultProps: { shadow: 'md', withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: { shadow: 'md' } },
    PasswordInput: { defaultProps: { visibilityToggleButtonProps: { tabIndex: 0, 'aria-label': 'Show what is typed' } } },
    Paper: { defaultProps: { withBorder: true } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    // Inside a dialog a <header> counts as a second banner of the page.
    ModalTitle: { defaultProps: { fw: 650 } },
    DrawerTitle: { defaultProps: { fw: 650 } },
    ModalHeader: { defaultProps: { component: 'div' } },
    DrawerHeader: { defaultProps: { component: 'div' } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, position: 'right' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Badge: { defaultProps: { tt: 'none' } },
    Table: { defaultProps: { verticalSpacing: 'xs', highlightOnHover: true } },
  },
});
