/**
 * What a session is doing. The public APIs are projections of it:
 *
 *   state         simple API   /v1
 *   new           pending      idle          created through /v1, no work yet
 *   queued        pending      running       has work, waits for a slot
 *   running       running      running       a worker holds its lease and a run is under way
 *   waiting       running      idle          a tool call of its run waits for a person; with or without a process
 *   rescheduling  running      rescheduling  its run was cut and goes on in a moment
 *   completed     completed    idle          the last run ended by itself
 *   failed        error        idle          the last run ended in a typed failure
 *   cancelled     cancelled    idle          the last run was cancelled
 *   deleting      (404)        (404)         its files and rows are being removed
 */
export const SESSION_STATES = [
  'new',
  'queued',
  'running',
  'waiting',
  'rescheduling',
  'completed',
  'failed',
  'cancelled',
  'deleting',
] as const;

export type SessionState = (typeof SESSION_STATES)[number];

/** A run is one prompt and all the work that follows from it, to its end. */
export type RunState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
