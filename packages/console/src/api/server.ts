import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useKey } from './credential.ts';
import { isKeyTaken, request } from './http.ts';

/** What `GET /server` answers. Null: not known. */
export interface ServerState {
  version: string;
  node_version: string;
  started_at: string;
  uptime_seconds: number;
  mode: 'demo' | 'provider';
  provider_url: string | null;
  role: 'single' | 'node';
  node: string;
  nodes: { name: string; seen_at: string; is_this: boolean }[];
  database: { kind: 'sqlite' | 'postgres'; reachable: boolean; bytes: number | null };
  agents: { running: number; max: number; waiting: number | null; processes: number; warm: number };
  memory: {
    server_bytes: number;
    agents_bytes: number;
    total_bytes: number;
    free_bytes: number;
    min_free_bytes: number;
  };
  sandbox: { kind: 'bubblewrap' | 'namespace' | 'process-group'; reason: string | null };
  warnings: { code: string; text: string; values: Record<string, string | number> }[];
  disk: {
    free_bytes: number | null;
    total_bytes: number | null;
    min_free_bytes: number;
    database_bytes: number | null;
    workspaces_bytes: number | null;
    workspaces_measured_at: string | null;
  };
  streams: { open: number; max: number };
}

const EVERY_MS = 5000;

/** How the server is, renewed while the page is visible. */
export function useServerState(): UseQueryResult<ServerState> {
  return useQuery({
    queryKey: ['server-state', useKey()],
    queryFn: ({ signal }) => request<ServerState>('/server', { signal }),
    refetchInterval: EVERY_MS,
    staleTime: 0,
  });
}

/** Whether the server lets this key in at all. */
export async function canEnter(key: string): Promise<boolean> {
  return isKeyTaken(key, '/server');
}
