import { useMemo, useSyncExternalStore } from 'react';
import { fleet } from '../../live/fleet-store.ts';
import { parseFilter } from './fleet-filter.ts';
import { parseSort, type FleetSearch } from './fleet-search.ts';
import { FleetView, type ViewSnapshot } from './fleet-view.ts';

/** What of the fleet fits the search, in order, and kept so while sessions change. */
export function useFleetView({ q, status, sort }: FleetSearch): ViewSnapshot {
  const live = useMemo(() => new LiveView({ q, status, sort }), [q, status, sort]);
  return useSyncExternalStore(live.subscribe, live.snapshot);
}

class LiveView {
  readonly #search: FleetSearch;
  #view: FleetView;
  #version: number;

  constructor(search: FleetSearch) {
    this.#search = search;
    this.#view = this.#build();
    this.#version = fleet.version;
  }

  snapshot = (): ViewSnapshot => this.#view.snapshot;

  subscribe = (listener: () => void): (() => void) => {
    // Between the first look and now there may have been changes.
    if (this.#version !== fleet.version) this.#view = this.#build();
    return fleet.onChange(({ ids }) => {
      if (ids.size === 0) return;
      this.#view.update(ids, fleet.row);
      this.#version = fleet.version;
      listener();
    });
  };

  #build(): FleetView {
    const { q, status, sort } = this.#search;
    return new FleetView(fleet.values(), {
      filter: parseFilter(q ?? ''),
      segment: status,
      sort: parseSort(sort),
    });
  }
}
