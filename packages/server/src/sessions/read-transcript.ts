import type { PlacedEntry } from '../store/session-walk.ts';
import type { SessionView, Store } from '../store/store.ts';

/** So many are in memory at once; each may have some hundred thousand bytes. */
const PAGE = 50;

/** What the agent of a session remembers, part by part, as far as it is stored. */
export async function* readTranscript(
  store: Pick<Store, 'readTranscript'>,
  { session }: Pick<SessionView, 'session'>,
): AsyncGenerator<PlacedEntry> {
  const { tenantId, id, agentSessionId } = session;
  if (agentSessionId === null) return;
  let after: PlacedEntry | undefined;
  for (;;) {
    const page = await store.readTranscript(tenantId, id, { agentSessionId, after, limit: PAGE });
    yield* page;
    after = page.at(-1);
    if (page.length < PAGE) return;
  }
}
