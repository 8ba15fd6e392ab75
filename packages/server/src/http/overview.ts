import type { Warning } from '../domain/warning.ts';

/** How a server is, at the moment. */
export interface Overview {
  startedAt: number;
  uptimeMs: number;
  /** Who plays the model; `url` has no credential in it. */
  model: { mode: 'demo' } | { mode: 'provider'; url: string };
  /** `nodes`: those that share its database, this one too, the latest sign of life first. */
  role: { kind: 'single' } | { kind: 'node'; nodes: { name: string; seenAt: number; isThis: boolean }[] };
  node: string;
  database: { kind: 'sqlite' | 'postgres'; isReachable: boolean };
  agents: {
    running: number;
    max: number;
    /** Null: nobody can say now. */
    waiting: number | null;
    processes: number;
    warm: number;
  };
  memory: {
    serverBytes: number;
    agentsBytes: number;
    totalBytes: number;
    freeBytes: number;
    minFreeBytes: number;
  };
  sandbox: { kind: 'bubblewrap' | 'namespace' | 'process-group'; reason: string | undefined };
  warnings: Warning[];
}
