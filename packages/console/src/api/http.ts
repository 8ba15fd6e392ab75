import { getKey } from './credential.ts';
import { parseBody } from '../lib/problem-body.ts';
import { Problem } from '../lib/problem.ts';

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** A request to what `/v1` has none for: the simple API and the console's own additions. Throws Problem. */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  return (await (await send(path, options)).json()) as Answer;
}

/** The same, with the answer as it comes. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', query = {}, body, signal, headers } = options;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const url = search.size > 0 ? `${path}${path.includes('?') ? '&' : '?'}${search.toString()}` : path;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        ...authorization(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, '');
  }
  if (response.ok) return response;
  const { message, fields } = parseBody(await response.json().catch(() => undefined));
  throw new Problem(response.status, message ?? response.statusText, {
    fields,
    requestId: response.headers.get('request-id') ?? undefined,
  });
}

/** Whether the server lets this key see what is at the path. */
export async function isKeyTaken(key: string, path: string): Promise<boolean> {
  try {
    await send(path, { headers: { authorization: `Bearer ${key}` } });
    return true;
  } catch (error) {
    if (error instanceof Problem && error.needsKey) return false;
    throw error;
  }
}

/** What a request needs to be let in. */
export function authorization(): Record<string, string> {
  const key = getKey();
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
