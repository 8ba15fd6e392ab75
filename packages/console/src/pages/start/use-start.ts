import { useMutation } from '@tanstack/react-query';
import { v1 } from '../../api/client.ts';
import { request } from '../../api/http.ts';
import type { Body } from './form/request.ts';
import type { Way } from './form/schemas.ts';

/** Starts a session; answers with its id. The same body is carried out once, however often it is sent. */
export function useStart(): ReturnType<typeof useMutation<string, Error, { way: Way; body: Body }>> {
  return useMutation({ mutationFn: ({ way, body }) => (way === 'quick' ? execute(body) : create(body)) });
}

async function execute(body: Body): Promise<string> {
  const answer = await request<{ session_id: string }>('/execute/', {
    method: 'POST',
    body,
    headers: keyFor(body),
  });
  return answer.session_id;
}

async function create(body: Body): Promise<string> {
  // By the path, since directories are not in the types of the SDK.
  const session = await v1().post<{ id: string }>('/v1/sessions', { body, headers: keyFor(body) });
  return session.id;
}

let last: { text: string; key: string } | undefined;

/** One key for one request, also when it is sent once more after the connection was lost. */
function keyFor(body: Body): Record<string, string> {
  const text = JSON.stringify(body);
  if (last?.text !== text) last = { text, key: randomKey() };
  return { 'idempotency-key': last.key };
}

/** To be called when somebody begins anew: what looks the same is another session then. */
export function forgetStarted(): void {
  last = undefined;
}

/** `crypto.randomUUID` is not there on a page without HTTPS. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
