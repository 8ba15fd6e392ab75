/** The simple API as a test calls it: answers parsed, nothing hidden. */
export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
}

export interface StatusBody {
  session_id: string;
  status: 'pending' | 'running' | 'completed' | 'error' | 'cancelled';
  messages: { type: string; content: Record<string, unknown>; timestamp: string }[];
  result: Record<string, unknown> | null;
  error: string | null;
  duration_ms: number | null;
  total_cost_usd: number | null;
  message_count: number;
  process: { pid: number; rss_bytes: number; cpu_seconds: number; processes: number } | null;
}

export interface ListedSession {
  session_id: string;
  status: StatusBody['status'];
  prompt: string;
  error: string | null;
  message_count: number;
  claude_session_id: string | null;
  total_cost_usd: number | null;
}

export async function call<T = Record<string, unknown>>(
  baseUrl: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const response = await fetch(new URL(path, baseUrl), {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as T };
}

/** Starts (or resumes) a session and gives back its id. */
export async function execute(baseUrl: string, request: Record<string, unknown>): Promise<string> {
  const answer = await call<{ session_id: string }>(baseUrl, 'POST', '/execute/', request);
  if (answer.status !== 200)
    throw new Error(`POST /execute/: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.session_id;
}

/** The status once the run has ended. */
export async function waitForEnd(baseUrl: string, sessionId: string): Promise<StatusBody> {
  for (;;) {
    const { body } = await call<StatusBody>(baseUrl, 'GET', `/status/${sessionId}?wait=20`);
    if (body.status !== 'pending' && body.status !== 'running') return body;
  }
}
