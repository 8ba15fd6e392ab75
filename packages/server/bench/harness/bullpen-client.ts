import { createFrameReader, type Frame } from './frames.ts';
import { openStream, send } from './http.ts';

export interface Run {
  id: string;
  /** The last message's id: where the stream of the next run begins. */
  lastId: string;
  /** From the POST to the first text of the assistant at the client, as a delta or as a whole message. */
  firstTextMs: number;
  /** From the POST to the final status. */
  endMs: number;
}

/** POST /execute/; the session's id and how long the acknowledgement took. */
export async function execute(
  url: string,
  body: Record<string, unknown>,
): Promise<{ id: string; ms: number }> {
  const answer = await send('POST', `${url}/execute/`, body);
  if (answer.status !== 200) throw new Error(`POST /execute/ answered ${answer.status}: ${answer.body}`);
  const { session_id: id } = JSON.parse(answer.body) as { session_id: string };
  return { id, ms: answer.ms };
}

/** Starts a session and watches its stream to the end, as a user does who waits for the answer. */
export function runSession(url: string, prompt: string): Promise<Run> {
  return watchRun(url, { prompt }, '0');
}

export interface Watching {
  /** Whether the stream brings text as it is written, too. */
  partial?: boolean;
  onFrame?: (frame: Frame) => void;
}

/** The next run of a session, watched in the same way. */
export function resumeSession(
  url: string,
  { id, lastId }: Pick<Run, 'id' | 'lastId'>,
  prompt: string,
  watching?: Watching,
): Promise<Run> {
  return watchRun(url, { prompt, resume_session_id: id }, lastId, watching);
}

async function watchRun(
  url: string,
  body: Record<string, unknown>,
  after: string,
  { partial = true, onFrame = () => undefined }: Watching = {},
): Promise<Run> {
  const startedAt = performance.now();
  const { id } = await execute(url, body);
  let lastId = after;
  let status = 'unknown';
  let firstTextMs: number | undefined;
  let endMs = Number.NaN;
  const read = createFrameReader((frame) => {
    lastId = frame.id ?? lastId;
    if (firstTextMs === undefined && hasText(frame)) firstTextMs = performance.now() - startedAt;
    onFrame(frame);
    if (frame.event !== 'status') return;
    ({ status } = JSON.parse(frame.data) as { status: string });
    endMs = performance.now() - startedAt;
  });
  const stream = await openStream(`${url}/sessions/${id}/stream?partial=${partial}&after=${after}`, read);
  await stream.ended;
  if (status !== 'completed' || firstTextMs === undefined)
    throw new Error(`Session ${id} ended as ${status}`);
  return { id, lastId, firstTextMs, endMs };
}

function hasText({ event, data }: Frame): boolean {
  return event === 'delta' || (event === 'message' && data.startsWith('{"type":"AssistantMessage"'));
}
