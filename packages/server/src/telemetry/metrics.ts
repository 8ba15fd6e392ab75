/** Few values each, known beforehand: never an id, a tenant or a text. */
export type Labels = Readonly<Record<string, string>>;

/** What a collector gives: one number, or one for each set of labels. */
export type Samples = number | readonly (readonly [Labels, number])[];

/**
 * Numbers about this process, and their text in the format that Prometheus reads (version 0.0.4). Counters and
 * histograms are told what happens; what can be looked up is looked up when somebody reads.
 */
export class Metrics {
  readonly #families: Family[] = [];

  counter(name: string, help: string): Counter {
    return this.#add(new Counter(name, help));
  }

  /** `bounds`: the upper ones of its buckets, ascending. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    return this.#add(new Histogram(name, help, bounds));
  }

  gauge(name: string, help: string, collect: () => Samples | Promise<Samples>): void {
    this.#add(new Collected(name, help, 'gauge', collect));
  }

  /** A number that only grows and that somebody else keeps. */
  sum(name: string, help: string, collect: () => Samples | Promise<Samples>): void {
    this.#add(new Collected(name, help, 'counter', collect));
  }

  /** What cannot be looked up now is left out: the rest is wanted most when something is broken. */
  async read(): Promise<string> {
    const blocks = await Promise.all(
      this.#families.map(async (family) => {
        const lines = await family.lines().catch(() => undefined);
        if (!lines) return '';
        const { name, help, type } = family;
        return [`# HELP ${name} ${escape(help)}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
      }),
    );
    return blocks.join('');
  }

  #add<F extends Family>(family: F): F {
    this.#families.push(family);
    return family;
  }
}

interface Family {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  lines(): Promise<string[]>;
}

export class Counter implements Family {
  readonly type = 'counter';
  readonly name: string;
  readonly help: string;
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  add(amount: number, labels: Labels = {}): void {
    const key = format(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  async lines(): Promise<string[]> {
    return [...this.#values].map(([labels, value]) => `${this.name}${labels} ${value}`);
  }
}

export class Histogram implements Family {
  readonly type = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { labels: Labels; counts: number[]; count: number; sum: number }>();

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
  }

  observe(value: number, labels: Labels = {}): void {
    const key = format(labels);
    let series = this.#series.get(key);
    if (!series) {
      series = { labels, counts: this.#bounds.map(() => 0), count: 0, sum: 0 };
      this.#series.set(key, series);
    }
    series.count++;
    series.sum += value;
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
  }

  async lines(): Promise<string[]> {
    return [...this.#series].flatMap(([key, { labels, counts, count, sum }]) => {
      let below = 0;
      const buckets = this.#bounds.map((bound, index) => {
        below += counts[index] ?? 0;
        return `${this.name}_bucket${format({ ...labels, le: String(bound) })} ${below}`;
      });
      return [
        ...buckets,
        `${this.name}_bucket${format({ ...labels, le: '+Inf' })} ${count}`,
        `${this.name}_sum${key} ${sum}`,
        `${this.name}_count${key} ${count}`,
      ];
    });
  }
}

class Collected implements Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly #collect: () => Samples | Promise<Samples>;

  constructor(
    name: string,
    help: string,
    type: 'gauge' | 'counter',
    collect: () => Samples | Promise<Samples>,
  ) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.#collect = collect;
  }

  async lines(): Promise<string[]> {
    const samples = await this.#collect();
    if (typeof samples === 'number') return [`${this.name} ${samples}`];
    return samples.map(([labels, value]) => `${this.name}${format(labels)} ${value}`);
  }
}

function format(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escape(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
