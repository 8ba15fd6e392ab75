import { checkShape, NEWER_SERVER, NO_EXTENSIONS, type Extensions } from '../../support/sdk/check-shape.ts';
import { methodsThatAsk } from '../../support/sdk/find-route.ts';
import { NEWEST } from '../../support/sdk/packages.ts';
import type { Property, Shape } from '../../support/sdk/shape.ts';
import { readSurface, typeNamed, type SdkSurface } from '../../support/sdk/surface.ts';
import { FrameReader, type Frame } from '../../support/sse-client.ts';

type Report = (fault: string) => void;

/** Compares what a server answers with what one release of the SDK declares. */
export class AnswerChecker {
  readonly faults: string[] = [];
  readonly #surface: SdkSurface;
  readonly #allowed: Extensions | typeof NEWER_SERVER;
  readonly #error = errorShape();
  #lastCalled = '';

  constructor(surface: SdkSurface, extensions: Extensions = NO_EXTENSIONS) {
    this.#surface = surface;
    this.#allowed = surface.version === NEWEST ? extensions : NEWER_SERVER;
  }

  /** Tells apart the methods that ask for the same thing. */
  called(method: string): void {
    this.#lastCalled = method;
  }

  /** Notes what is wrong with an answer. What it returns is the same answer, not yet read. */
  async inspect(method: string, url: string, response: Response): Promise<Response> {
    const { pathname, protocol } = new URL(url);
    // The SDK tries out what `fetch` can do.
    if (protocol === 'data:') return response;
    const candidates = methodsThatAsk(this.#surface.methods, method, pathname);
    const asked = candidates.find(({ name }) => name === this.#lastCalled) ?? candidates[0];
    const report = (fault: string): void => {
      this.faults.push(
        `${asked?.name ?? 'a request of no method'} (${method} ${pathname}, ${response.status}): ${fault}`,
      );
    };
    if (!response.headers.has('request-id')) report('the header request-id is missing');
    if (!response.ok) {
      await this.#inspectJson(this.#error, response, report);
    } else if (asked?.answer?.kind === 'json') {
      await this.#inspectJson(asked.answer.shape, response, report);
    } else if (asked?.answer?.kind === 'stream') {
      return this.#inspectStream(asked.answer.events, response, report);
    }
    return response;
  }

  async #inspectJson(shape: Shape, response: Response, report: Report): Promise<void> {
    this.#inspectText(shape, await response.clone().text(), report);
  }

  /** Each frame is looked at before the SDK gets it. */
  #inspectStream(events: Shape, response: Response, report: Report): Response {
    const type = response.headers.get('content-type') ?? 'none';
    if (!type.startsWith('text/event-stream')) report(`its content-type is ${type}`);
    const frames = new FrameReader();
    const inspector = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        for (const frame of frames.read(chunk)) this.#inspectFrame(events, frame, report);
        controller.enqueue(chunk);
      },
    });
    return new Response(response.body?.pipeThrough(inspector) ?? null, response);
  }

  #inspectFrame(events: Shape, { event, data }: Frame, report: Report): void {
    if (event === 'ping') return;
    const shape = event === 'error' ? this.#error : events;
    for (const fault of checkShape(shape, data, this.#allowed)) report(`event ${event}: ${fault}`);
  }

  #inspectText(shape: Shape, text: string, report: Report): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      report(`expected JSON, found ${JSON.stringify(text.slice(0, 80))}`);
      return;
    }
    for (const fault of checkShape(shape, value, this.#allowed)) report(fault);
  }
}

/** The SDK declares the types of errors, but not what they have beside it. */
function errorShape(): Shape {
  const string: Shape = { kind: 'primitive', name: 'string' };
  const tooLarge: Shape = { kind: 'literal', value: 'request_too_large' };
  const type: Shape = {
    kind: 'union',
    members: [typeNamed(readSurface(NEWEST), 'ErrorType'), tooLarge],
  };
  return objectOf('an error', {
    type: { shape: { kind: 'literal', value: 'error' }, optional: false },
    request_id: { shape: string, optional: false },
    error: {
      shape: objectOf('what is wrong', {
        type: { shape: type, optional: false },
        message: { shape: string, optional: false },
        details: { shape: { kind: 'any' }, optional: true },
      }),
      optional: false,
    },
  });
}

function objectOf(name: string, properties: Record<string, Property>): Shape {
  return { kind: 'object', name, properties: new Map(Object.entries(properties)), others: undefined };
}
