/** Of the layers, by their tokens in styles.css. */
export const CHART_COLOURS = [
  'var(--chart-1)',
  'var(--chart-2)',
  'var(--chart-3)',
  'var(--chart-4)',
  'var(--chart-5)',
  'var(--chart-6)',
] as const;
export const OTHERS_COLOUR = 'var(--chart-others)';
