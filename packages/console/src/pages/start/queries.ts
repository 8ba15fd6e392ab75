import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { v1 } from '../../api/client.ts';
import { request } from '../../api/http.ts';
import type { OpenApi } from './form/schemas.ts';

/** The API's description of itself, by the server that will get the request. */
export function useOpenApi(): UseQueryResult<OpenApi> {
  return useQuery({
    queryKey: ['openapi'],
    queryFn: ({ signal }) => request<OpenApi>('/openapi.json', { signal }),
    staleTime: Infinity,
  });
}

/** Short names that mean the newest model of a line. */
export const ALIASES = ['sonnet', 'opus', 'haiku'];

export function useModels(): UseQueryResult<{ id: string; name: string }[]> {
  return useQuery({
    queryKey: ['start', 'models'],
    queryFn: async ({ signal }) => {
      const page = await v1().beta.models.list({ limit: 1000 }, { signal });
      return page.data.map(({ id, display_name: name }) => ({ id, name }));
    },
    staleTime: 300_000,
  });
}

interface Directories {
  entries: { name: string; path: string }[];
  truncated: boolean;
}

/** Directories that begin with what was typed, inside the allowed roots. */
export function useDirectories(path: string): UseQueryResult<Directories> {
  const isAbsolute = path === '' || path.startsWith('/');
  return useQuery({
    queryKey: ['start', 'directories', path],
    queryFn: ({ signal }) => request<Directories>('/directories', { query: { path }, signal }),
    enabled: isAbsolute,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** More than anybody looks through in a list. */
const MOST = 500;

export interface AgentChoice {
  id: string;
  name: string;
  version: number;
  description: string | null;
  model: string;
}

export function useAgents(): UseQueryResult<AgentChoice[]> {
  return useQuery({
    queryKey: ['start', 'agents'],
    queryFn: async ({ signal }) => {
      const found: AgentChoice[] = [];
      for await (const { id, name, version, description, model } of v1().beta.agents.list(
        { limit: 100 },
        { signal },
      )) {
        found.push({ id, name, version, description, model: typeof model === 'string' ? model : model.id });
        if (found.length >= MOST) break;
      }
      return found;
    },
  });
}

export interface Choice {
  id: string;
  name: string;
}

export function useEnvironments(): UseQueryResult<Choice[]> {
  return useQuery({
    queryKey: ['start', 'environments'],
    queryFn: async ({ signal }) => {
      const found: Choice[] = [];
      for await (const { id, name } of v1().beta.environments.list({ limit: 100 }, { signal })) {
        found.push({ id, name });
        if (found.length >= MOST) break;
      }
      return found;
    },
  });
}

export function useFiles(): UseQueryResult<Choice[]> {
  return useQuery({
    queryKey: ['start', 'files'],
    queryFn: async ({ signal }) => {
      const found: Choice[] = [];
      for await (const { id, filename } of v1().beta.files.list({ limit: 100 }, { signal })) {
        found.push({ id, name: filename });
        if (found.length >= MOST) break;
      }
      return found;
    },
  });
}
