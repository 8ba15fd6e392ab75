import type {
  BetaManagedAgentsDeletedSession,
  BetaManagedAgentsSession,
  SessionCreateParams,
  SessionListParams,
  SessionUpdateParams,
} from '@anthropic-ai/sdk/resources/beta/sessions/sessions';
import type { BetaManagedAgentsSessionThreadAgent } from '@anthropic-ai/sdk/resources/beta/agents/agents';
import type { BetaManagedAgentsEventParams } from '@anthropic-ai/sdk/resources/beta/sessions/events';
import type { BetaManagedAgentsSessionThread } from '@anthropic-ai/sdk/resources/beta/sessions/threads/threads';
import { it } from 'vitest';
import type { z } from 'zod';
import type { clientEvent } from '#src/http/v1/event-schemas.ts';
import type { listQuery } from '#src/http/v1/session-list.ts';
import type { createBody, deletedSession, updateBody } from '#src/http/v1/sessions.ts';
import type { session, thread } from '#src/http/v1/session-schemas.ts';
import { answersAs, takes } from './assignable.ts';

/** These are headers. */
type Headers = 'betas' | 'workspace_id';

/** Servers of type `stdio` are an extension; so are resources of type `local_directory`. */
type Extended = 'mcp_servers';
type Session = z.output<typeof session>;
type Thread = z.output<typeof thread>;

it('sessions, threads and what clients send are of the types that the SDK declares', () => {
  answersAs<Omit<BetaManagedAgentsSession, 'agent' | 'resources'>, Omit<Session, 'agent' | 'resources'>>();
  answersAs<
    BetaManagedAgentsSession['resources'][number],
    Exclude<Session['resources'][number], { type: 'local_directory' }>
  >();
  answersAs<Omit<BetaManagedAgentsSession['agent'], Extended>, Omit<Session['agent'], Extended>>();
  answersAs<Omit<BetaManagedAgentsSessionThread, 'agent'>, Omit<Thread, 'agent'>>();
  answersAs<Omit<BetaManagedAgentsSessionThreadAgent, Extended>, Omit<Thread['agent'], Extended>>();
  answersAs<BetaManagedAgentsDeletedSession, z.output<typeof deletedSession>>();
  takes<Omit<SessionCreateParams, Headers | 'resources'>, Omit<z.input<typeof createBody>, 'resources'>>();
  takes<Omit<SessionUpdateParams, Headers>, z.input<typeof updateBody>>();
  takes<BetaManagedAgentsEventParams, z.input<typeof clientEvent>>();
  // A query is text: its names are compared.
  answersAs<
    Record<keyof Omit<SessionListParams, Headers>, unknown>,
    Record<keyof z.input<typeof listQuery>, unknown>
  >();
});
