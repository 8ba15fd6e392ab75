import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** Empty: a root. */
  parentSpanId: string;
  name: string;
  kind: number;
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  isError: boolean;
  resource: Record<string, unknown>;
}

export interface Collector extends AsyncDisposable {
  url: string;
  /** What came, in order: `POST /v1/traces` and so on. */
  posts: { path: string; headers: IncomingHttpHeaders; body: Buffer }[];
  /** Those that a tracer of this name made. */
  spans(scope: string): ReceivedSpan[];
}

/** An OpenTelemetry collector on loopback: takes everything that is sent as protobuf, and reads the spans. */
export async function startCollector(): Promise<Collector> {
  const posts: Collector['posts'] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((sent) => {
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      posts.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    posts,
    spans: (scope) =>
      posts.flatMap(({ path, body }) => (path === '/v1/traces' ? parseSpans(body, scope) : [])),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

// The fields of opentelemetry/proto/trace/v1/trace.proto, by number.

function parseSpans(body: Buffer, scope: string): ReceivedSpan[] {
  return bytesOf(parse(body), 1).flatMap((resourceSpans) => {
    const fields = parse(resourceSpans);
    const [described] = bytesOf(fields, 1);
    const resource = described ? attributesOf(parse(described), 1) : {};
    return bytesOf(fields, 2).flatMap((scopeSpans) => {
      const inner = parse(scopeSpans);
      const [by] = bytesOf(inner, 1);
      if (!by || textOf(parse(by), 1) !== scope) return [];
      return bytesOf(inner, 2).map((span) => ({ ...parseSpan(parse(span)), resource }));
    });
  });
}

function parseSpan(fields: Field[]): Omit<ReceivedSpan, 'resource'> {
  const [status] = bytesOf(fields, 15);
  return {
    traceId: hexOf(fields, 1),
    spanId: hexOf(fields, 2),
    parentSpanId: hexOf(fields, 4),
    name: textOf(fields, 5),
    kind: Number(numberOf(fields, 6)),
    startMs: Math.round(Number(numberOf(fields, 7)) / 1e6),
    endMs: Math.round(Number(numberOf(fields, 8)) / 1e6),
    attributes: attributesOf(fields, 9),
    links: bytesOf(fields, 13).map((link) => ({
      traceId: hexOf(parse(link), 1),
      spanId: hexOf(parse(link), 2),
    })),
    isError: status !== undefined && numberOf(parse(status), 3) === 2n,
  };
}

function attributesOf(fields: Field[], number: number): Record<string, unknown> {
  return Object.fromEntries(
    bytesOf(fields, number).map((pair) => {
      const [value] = bytesOf(parse(pair), 2);
      const [first] = value ? parse(value) : [];
      return [textOf(parse(pair), 1), first && valueOf(first)];
    }),
  );
}

/** The kinds of AnyValue that a span of ours has: text, bool, int, double. */
function valueOf({ number, value }: Field): unknown {
  if (typeof value === 'bigint') return number === 2 ? value === 1n : Number(value);
  return number === 4 ? value.readDoubleLE() : value.toString();
}

interface Field {
  number: number;
  value: bigint | Buffer;
}

/** The fields of a protobuf message. 64-bit numbers of fixed size come as their eight bytes. */
function parse(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
  };
  const take = (length: number): Buffer => message.subarray(at, (at += length));
  while (at < message.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const type = tag & 7;
    if (type === 0) fields.push({ number, value: varint() });
    else if (type === 1) fields.push({ number, value: take(8) });
    else if (type === 2) fields.push({ number, value: take(Number(varint())) });
    else if (type === 5) fields.push({ number, value: take(4) });
    else throw new Error(`There is no wire type ${type}.`);
  }
  return fields;
}

function bytesOf(fields: Field[], number: number): Buffer[] {
  return fields.flatMap((field) =>
    field.number === number && Buffer.isBuffer(field.value) ? [field.value] : [],
  );
}

function textOf(fields: Field[], number: number): string {
  return bytesOf(fields, number)[0]?.toString() ?? '';
}

function hexOf(fields: Field[], number: number): string {
  return bytesOf(fields, number)[0]?.toString('hex') ?? '';
}

function numberOf(fields: Field[], number: number): bigint {
  const value = fields.find((field) => field.number === number)?.value ?? 0n;
  return typeof value === 'bigint' ? value : value.readBigUInt64LE();
}
