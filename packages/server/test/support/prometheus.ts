/** Metrics as a scraper reads them. */
export interface Scrape {
  /** The sample with that name and these labels, whatever others it has; all that fit, added up. */
  value(name: string, labels?: Record<string, string>): number | undefined;
  types: ReadonlyMap<string, string>;
  /** Every set of labels of a metric. */
  labels(name: string): Record<string, string>[];
}

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads the text format 0.0.4. Throws at anything that a scraper would refuse, and at histograms that do not add up. */
export function parseMetrics(text: string): Scrape {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      family = name;
      if (types.has(name)) throw new Error(`${name} is there twice.`);
    } else if (keyword === 'TYPE') {
      if (family !== name) throw new Error(`The type of ${name} is not below its help.`);
      types.set(name, rest);
    } else {
      const sample = parseSample(line);
      const isOwn = [family, `${family}_bucket`, `${family}_sum`, `${family}_count`].includes(sample.name);
      if (!isOwn) throw new Error(`${sample.name} stands below ${family}.`);
      samples.push(sample);
    }
  }
  const keys = samples.map(({ name, labels }) => name + JSON.stringify(labels));
  if (new Set(keys).size < keys.length) throw new Error('A sample is there twice.');
  for (const [name, type] of types) if (type === 'histogram') checkHistogram(name, samples);
  return {
    types,
    labels: (name) => samples.filter((sample) => sample.name === name).map(({ labels }) => labels),
    value(name, labels = {}) {
      const found = samples.filter((sample) => sample.name === name && fits(sample, labels));
      return found.length === 0 ? undefined : found.reduce((sum, sample) => sum + sample.value, 0);
    },
  };
}

function fits(sample: Sample, labels: Record<string, string>): boolean {
  return Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
}

function parseSample(line: string): Sample {
  const [, name, pairs = '', number] = SAMPLE.exec(line) ?? [];
  const value = Number(number === '+Inf' ? Infinity : number);
  if (!name || Number.isNaN(value)) throw new Error(`This is no sample: ${line}`);
  const labels: Record<string, string> = {};
  const rest = pairs.replaceAll(
    /([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)",?/g,
    (_, label: string, text: string) => {
      labels[label] = text.replaceAll(/\\(.)/g, (_all, c: string) => (c === 'n' ? '\n' : c));
      return '';
    },
  );
  if (rest !== '') throw new Error(`These are no labels: ${pairs}`);
  return { name, labels, value };
}

/** Buckets grow, and the last one is the count. */
function checkHistogram(name: string, samples: Sample[]): void {
  const last = new Map<string, number>();
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    if (sample.name === `${name}_bucket`) {
      if (le === undefined || sample.value < (last.get(key) ?? 0)) throw new Error(`${name} shrinks.`);
      last.set(key, sample.value);
    }
    if (sample.name === `${name}_count` && sample.value !== last.get(key))
      throw new Error(`${name} does not add up.`);
  }
}
