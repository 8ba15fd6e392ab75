/** The models that the script plays; it answers for any other name too. */
const NAMES = { opus: 'claude-opus-5-5', sonnet: 'claude-sonnet-5-5', haiku: 'claude-haiku-4-5' };

export const MODELS: readonly { id: string }[] = Object.entries(NAMES).map(([line, id]) => ({
  type: 'model',
  id,
  display_name: `${id} (demo)`,
  created_at: '2026-01-01T00:00:00Z',
  lifecycle: 'active',
  line,
  max_input_tokens: 200_000,
  max_tokens: 128_000,
}));
