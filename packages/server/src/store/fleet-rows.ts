import type { EventBody } from '../domain/event.ts';
import { NO_USAGE } from '../domain/managed-session.ts';
import { FLEET_PROMPT_CHARACTERS, type FleetMark, type FleetRecord, type OpenCall } from './fleet.ts';
import { parseJson } from './rows.ts';
import type { ApprovalTable, EventTable, HeadTable, RunTable, SessionTable } from './tables.ts';

/** So much of a prompt's JSON is read: two for a character that is escaped. Of control characters it is a shorter beginning. */
export const PROMPT_JSON = 2 * (FLEET_PROMPT_CHARACTERS + 2);

/** What is read of a session for the fleet, except its open calls and its last event. */
export type FleetRow = Omit<
  SessionTable,
  'tenant_id' | 'home_node' | 'agent_session_id' | 'grants' | 'environment_id' | 'agent' | 'outcomes'
> &
  Pick<HeadTable, 'version' | 'waits_for' | 'usage' | 'last_event_us' | 'message_count'> & {
    agent_name: string | null;
    agent_model: string | null;
    run_model: string | null;
    run_started_at: number | null;
    run_failure: RunTable['failure'];
    prompt_start: string | null;
  };

export type OpenCallRow = Pick<ApprovalTable, 'id' | 'session_id' | 'kind' | 'name' | 'created_at'>;

export function parseFleetRow(
  row: FleetRow,
  calls: readonly OpenCallRow[],
  lastEvent: Pick<EventTable, 'created_at' | 'payload'> | undefined,
): FleetRecord {
  // One literal: with a spread in it, V8 takes eight times as long to make it and twice as long to use it.
  return {
    id: row.id,
    mark: parseFleetMark(row).mark,
    origin: row.origin as FleetRecord['origin'],
    state: row.state as FleetRecord['state'],
    title: parseJson(row.title) as FleetRecord['title'],
    metadata: parseJson(row.metadata) as FleetRecord['metadata'],
    workspace: { kind: row.workspace_kind as FleetRecord['workspace']['kind'], ref: row.workspace_ref },
    totalCostUsd: row.total_cost_usd,
    budget: parseJson(row.budget) as FleetRecord['budget'],
    usage: (parseJson(row.usage) ?? NO_USAGE) as FleetRecord['usage'],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
    archivedAt: row.archived_at,
    agent:
      row.agent_id === null
        ? null
        : {
            id: row.agent_id,
            version: row.agent_version ?? 1,
            name: (parseJson(row.agent_name) ?? '') as string,
          },
    model: parseJson(row.agent_model ?? row.run_model) as FleetRecord['model'],
    prompt: row.prompt_start === null ? null : parseStart(row.prompt_start),
    messageCount: row.message_count,
    lastEventAt: row.last_event_us === 0 ? null : Math.floor(row.last_event_us / 1000),
    startedAt: row.run_started_at,
    failure: parseJson(row.run_failure) as FleetRecord['failure'],
    calls: calls.map(parseOpenCall),
    retryingSince: lastEvent && isRetry(lastEvent.payload) ? lastEvent.created_at : null,
    waitsForNode: row.waits_for !== null,
  };
}

export function parseFleetMark({
  id,
  version,
  waits_for: node,
}: Pick<FleetRow, 'id' | 'version' | 'waits_for'>): FleetMark {
  // A node that comes back ends the wait of its sessions without a commit.
  return { id, mark: node === null ? String(version) : `${version} ${node}` };
}

function parseOpenCall({ id, kind, name, created_at: createdAt }: OpenCallRow): OpenCall {
  return { id, kind: kind as OpenCall['kind'], name, createdAt };
}

function isRetry(payload: string): boolean {
  const body = parseJson(payload) as EventBody;
  return body.type === 'agent.system' && body.subtype === 'api_retry';
}

/** The text of which this JSON is the beginning. An exception would cost as much as all the rest of a row. */
function parseStart(json: string): string {
  if (json.length < PROMPT_JSON) return JSON.parse(json) as string;
  // Without the quote that may end it, and without the beginning of an escape sequence.
  return JSON.parse(`${json.slice(0, -1).replace(CUT_ESCAPE, '$1')}"`) as string;
}

const CUT_ESCAPE = /(?<!\\)((?:\\\\)*)\\(?:u[\da-f]{0,3})?$/i;
