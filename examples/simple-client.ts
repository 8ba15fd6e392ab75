// The whole life of a session over plain HTTP: start, wait, result and cost, cancel, list, resume, clean up.
// Run it against a server that listens on http://127.0.0.1:8000 (`npm start`):
//
//   npx tsx examples/simple-client.ts            or, from Node 22.18 on, node examples/simple-client.ts
//   BULLPEN_URL=http://… BULLPEN_API_KEY=… node examples/simple-client.ts
//
// The clean-up at its end deletes all sessions that have ended, not only its own.

const baseUrl = process.env['BULLPEN_URL'] ?? 'http://127.0.0.1:8000';
const apiKey = process.env['BULLPEN_API_KEY'];

interface Status {
  session_id: string;
  status: 'pending' | 'running' | 'completed' | 'error' | 'cancelled';
  messages: { type: string; content: Record<string, unknown>; timestamp: string }[];
  result: { result: string | null; num_turns: number } | null;
  error: string | null;
  duration_ms: number | null;
  total_cost_usd: number | null;
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(new URL(path, baseUrl), {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(apiKey && { authorization: `Bearer ${apiKey}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer as T;
}

/** `wait` lets the server answer as soon as the session has ended, so nobody has to poll in a hurry. */
async function waitForEnd(sessionId: string): Promise<Status> {
  for (;;) {
    const status = await call<Status>('GET', `/status/${sessionId}?wait=30`);
    if (status.status !== 'pending' && status.status !== 'running') return status;
  }
}

async function main(): Promise<void> {
  const started = await call<{ session_id: string; message: string }>('POST', '/execute/', {
    prompt: 'Hello! My name is Ada. Please greet me by name.',
  });
  console.log(started.message);

  const first = await waitForEnd(started.session_id);
  console.log(`${first.status}: ${first.result?.result}`);
  console.log(`It took ${first.duration_ms} ms and cost $${first.total_cost_usd}.`);
  for (const message of first.messages) console.log(`  ${message.timestamp} ${message.type}`);

  const resumed = await call<{ message: string }>('POST', '/execute/', {
    prompt: 'What was my name?',
    resume_session_id: started.session_id,
  });
  console.log(resumed.message);
  const second = await waitForEnd(started.session_id);
  console.log(`${second.status}: ${second.result?.result}`);

  const slow = await call<{ session_id: string }>('POST', '/execute/', {
    prompt: 'Please count slowly to 100.',
  });
  while ((await call<Status>('GET', `/status/${slow.session_id}`)).status === 'pending') {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const cancelled = await call<{ message: string }>('POST', `/cancel/${slow.session_id}`);
  console.log(cancelled.message);

  const sessions = await call<{ session_id: string; status: string; prompt: string }[]>('GET', '/sessions/');
  for (const session of sessions) {
    console.log(`  ${session.session_id} ${session.status.padEnd(9)} ${JSON.stringify(session.prompt)}`);
  }

  const deleted = await call<{ message: string }>('DELETE', `/sessions/${slow.session_id}`);
  console.log(deleted.message);
  const cleaned = await call<{ message: string }>('DELETE', '/sessions/cleanup?max_age_hours=0');
  console.log(cleaned.message);
}

await main();
