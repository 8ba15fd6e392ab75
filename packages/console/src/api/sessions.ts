import type { Anthropic } from '@anthropic-ai/sdk';
import { loadV1 } from './load-v1.ts';
import { request, send } from './http.ts';

type Session = Anthropic.Beta.BetaManagedAgentsSession;
export type MessageContent = Anthropic.Beta.Sessions.BetaManagedAgentsUserMessageEventParams['content'];
export type SessionUpdate = Pick<
  Anthropic.Beta.Sessions.SessionUpdateParams,
  'title' | 'metadata' | 'budget'
>;
export type OutputFile = Anthropic.Beta.BetaFileMetadata;

/**
 * Sends a message: it begins a turn, or joins the one under way. Answers the id that its event will have. The same
 * `once` is taken once, however often it is sent.
 */
export async function sendMessage(sessionId: string, content: MessageContent, once: string): Promise<string> {
  const { data } = await (
    await loadV1()
  ).beta.sessions.events.send(
    sessionId,
    { events: [{ type: 'user.message', content }] },
    { headers: { 'idempotency-key': once } },
  );
  return data?.[0]?.id ?? '';
}

/** Stops the turn. What is queued is taken up in the next one. */
export async function interrupt(sessionId: string): Promise<void> {
  await (await loadV1()).beta.sessions.events.send(sessionId, { events: [{ type: 'user.interrupt' }] });
}

/** Ends the run for good: when this resolves, the agent and everything it started are gone. */
export async function cancelRun(sessionId: string): Promise<void> {
  await send(`/cancel/${sessionId}`, { method: 'POST' });
}

export async function updateSession(sessionId: string, update: SessionUpdate): Promise<Session> {
  return (await loadV1()).beta.sessions.update(sessionId, update);
}

export async function archiveSession(sessionId: string): Promise<Session> {
  return (await loadV1()).beta.sessions.archive(sessionId);
}

export async function deleteSession(sessionId: string): Promise<void> {
  await (await loadV1()).beta.sessions.delete(sessionId);
}

/** A session that goes on from another one; `eventId`: from this message. */
export function forkSession(
  sessionId: string,
  { eventId, title }: { eventId?: string | undefined; title?: string | undefined },
): Promise<Session> {
  return request(`/v1/sessions/${sessionId}/fork`, {
    method: 'POST',
    body: { ...(eventId !== undefined && { event_id: eventId }), ...(title !== undefined && { title }) },
  });
}

/** What the agent remembers, as lines of JSON. */
export async function downloadTranscript(sessionId: string): Promise<Blob> {
  return (await send(`/v1/sessions/${sessionId}/transcript`)).blob();
}

/** What the agent has left below `/mnt/session/outputs`. */
export async function listOutputs(sessionId: string): Promise<OutputFile[]> {
  const files: OutputFile[] = [];
  for await (const file of (await loadV1()).beta.files.list({ scope_id: sessionId, limit: 1000 }))
    files.push(file);
  return files;
}

export async function downloadFile(fileId: string): Promise<Blob> {
  return (await (await loadV1()).beta.files.download(fileId)).blob();
}

/** Puts a file where the agent finds it. Answers where that is. */
export async function giveFile(sessionId: string, file: File, signal: AbortSignal): Promise<string> {
  const { id } = await (await loadV1()).beta.files.upload({ file }, { signal });
  try {
    const resource = await (
      await loadV1()
    ).beta.sessions.resources.add(
      sessionId,
      { type: 'file', file_id: id, mount_path: file.name },
      { signal },
    );
    return resource.mount_path;
  } catch (error) {
    // Nobody would ever see it.
    await deleteFile(id).catch(() => undefined);
    throw error;
  }
}

async function deleteFile(fileId: string): Promise<void> {
  await (await loadV1()).beta.files.delete(fileId);
}

/** Started by `POST /execute/`: what its agent is, the requests say, and it is given no files. */
export function isOfSimpleApi({ agent }: Session): boolean {
  return agent.name === 'execute' && agent.model.id === 'default';
}
