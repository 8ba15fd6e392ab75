import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import type { TraceSettings } from './facts.ts';
import { SpanIds } from './span-ids.ts';
import { Spans } from './spans.ts';

/** How long spans are tried to be sent, again and again, before they are dropped: the process cannot end before. */
const SEND_MS = 5 * SECOND;
/** How long the end of the server waits for the last ones. */
const LAST_SEND_MS = 3 * SECOND;

/** The way of spans to a collector. Loads the OpenTelemetry SDK: import this file only when spans are wanted. */
export function openSpans(settings: TraceSettings, log: Log): Spans {
  const { url, headers, resource, sampleRatio, withContent } = settings;
  const ids = new SpanIds();
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: SEND_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes(resource),
    idGenerator: ids,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: withWarnings(exporter, log) })],
  });
  const tracer = provider.getTracer('bullpen');
  return new Spans(tracer, ids, withContent, async () => {
    if (!(await endsWithin(provider.shutdown(), LAST_SEND_MS)))
      log.warn('The last spans could not be sent in time.');
  });
}

/** Says once that spans do not arrive, and once that they do again: runs do not depend on it. */
function withWarnings(exporter: SpanExporter, log: Log): SpanExporter {
  let isFailing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !isFailing) log.warn({ err: result.error }, 'Spans could not be sent and are dropped.');
        if (!failed && isFailing) log.info('Spans can be sent again.');
        isFailing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: exporter.forceFlush.bind(exporter) }),
  };
}

async function endsWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
  const ended = work.then(
    () => true,
    // What failed has been said.
    () => true,
  );
  try {
    return await Promise.race([ended, patience]);
  } finally {
    clearTimeout(timer);
  }
}
