import { describe, expect, it } from 'vitest';
import { formatFilter, makeMatcher, parseFilter } from '../../../src/pages/fleet/fleet-filter.ts';
import { nextSort, parseFleetSearch, parseSort } from '../../../src/pages/fleet/fleet-search.ts';
import { fleetRow } from '../../support/fleet-row.ts';

const fits = (text: string, row: Parameters<typeof fleetRow>[1]): boolean =>
  makeMatcher(parseFilter(text))(fleetRow(1, row));

describe('the filter of the fleet', () => {
  it('is made of chips and words', () => {
    expect(parseFilter('agent:"Code reviewer" team:ops broken "of the pipe" https://x.y/z a:')).toEqual({
      chips: [
        { key: 'agent', value: 'Code reviewer' },
        { key: 'team', value: 'ops' },
      ],
      words: ['broken', 'of the pipe', 'https://x.y/z', 'a:'],
    });
  });

  it.each(['agent:"Code reviewer" team:ops broken', 'a "b c"', ''])('reads %j as it writes it', (text) => {
    expect(formatFilter(parseFilter(text))).toBe(text);
  });

  it('finds by agent, metadata and text; chips of one key are alternatives', () => {
    const agent = { id: 'agent_1', name: 'Reviewer', version: 1 };
    const row = {
      agent,
      metadata: { team: 'ops', ticket: 7 },
      title: 'Fix the Pipe',
      prompt: 'It is broken',
    };
    expect(fits('agent:reviewer team:ops ticket:7 pipe BROKEN', row)).toBe(true);
    expect(fits('team:web team:ops', row)).toBe(true);
    expect(fits('team:web', row)).toBe(false);
    expect(fits('team:ops agent:other', row)).toBe(false);
    expect(fits('pipe whole', row)).toBe(false);
    expect(fits('missing:undefined', row)).toBe(false);
  });

  it('finds by either id of a session', () => {
    expect(fits('sesn_1', {})).toBe(true);
    expect(fits('019b0000-0000-7000-8000-000000000001', {})).toBe(true);
  });
});

describe('the address of the fleet', () => {
  it('keeps what makes sense and drops the rest', () => {
    expect(parseFleetSearch({ q: ' x ', status: 'failed', sort: '-cost' })).toEqual({
      q: 'x',
      status: 'failed',
      sort: '-cost',
    });
    expect(parseFleetSearch({ q: 12, status: 'nonsense', sort: 'size' })).toEqual({ q: '12' });
  });

  it('goes through three states by pressing a column', () => {
    expect(nextSort(undefined, 'cost')).toBe('-cost');
    expect(nextSort(parseSort('-cost'), 'cost')).toBe('cost');
    expect(nextSort(parseSort('cost'), 'cost')).toBeUndefined();
    expect(nextSort(parseSort('cost'), 'title')).toBe('title');
  });
});
