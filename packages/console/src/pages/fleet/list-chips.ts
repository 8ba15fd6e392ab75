import type { FleetRow } from '../../live/fleet-frames.ts';
import { formatChip, type Chip } from './fleet-filter.ts';

const MOST = 14;

/** The conditions that most sessions fit: by agent first, then by metadata that more than one session has. */
export function listChips(rows: Iterable<FleetRow>): readonly Chip[] {
  const counts = new Map<string, { chip: Chip; count: number }>();
  const add = (key: string, value: string): void => {
    const chip = { key, value };
    const known = counts.get(formatChip(chip));
    if (known) known.count++;
    else counts.set(formatChip(chip), { chip, count: 1 });
  };
  for (const { agent, metadata } of rows) {
    if (agent) add('agent', agent.name);
    for (const [key, value] of Object.entries(metadata)) {
      if (typeof value === 'string') add(key, value);
      else if (typeof value !== 'object') add(key, JSON.stringify(value));
    }
  }
  return [...counts.values()]
    .filter(({ chip, count }) => chip.key === 'agent' || count > 1)
    .sort((a, b) => Number(b.chip.key === 'agent') - Number(a.chip.key === 'agent') || b.count - a.count)
    .slice(0, MOST)
    .map(({ chip }) => chip);
}
