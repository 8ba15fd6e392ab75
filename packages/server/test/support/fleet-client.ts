import { FrameReader, StreamRefused } from './sse-client.ts';
import { until } from './until.ts';

export interface FleetRow {
  session_id: string;
  status: string;
  state: { status: string; stop_reason: string | null };
  cost_usd: number;
  waits_for: { kind: string; tools: string[]; count: number; since: string } | null;
  [field: string]: unknown;
}

export interface FleetApproval {
  id: string;
  session_id: string;
  [field: string]: unknown;
}

/** `GET /fleet/stream` as the console reads it: every frame is applied to what was known before. */
export class FleetClient implements AsyncDisposable {
  readonly rows = new Map<string, FleetRow>();
  readonly approvals = new Map<string, FleetApproval[]>();
  /** How often each session was told of. */
  readonly told = new Map<string, number>();
  /** The `data` of `ready`, once it is there. */
  ready: { truncated: boolean } | undefined;
  isLocked = false;
  /** The names of the frames, in order. */
  readonly events: string[] = [];
  readonly #response: Response;
  readonly #leave: AbortController;
  #reading: Promise<void> | undefined;

  private constructor(response: Response, leave: AbortController) {
    this.#response = response;
    this.#leave = leave;
  }

  /** `isPaused`: nothing is taken off the connection until `read`. */
  static async open(
    baseUrl: string,
    { query = '', key, isPaused = false }: { query?: string; key?: string; isPaused?: boolean } = {},
  ): Promise<FleetClient> {
    const leave = new AbortController();
    const url = `${baseUrl}/fleet/stream${query}`;
    const response = await fetch(url, {
      signal: leave.signal,
      headers: key === undefined ? {} : { 'x-api-key': key },
    });
    if (!response.ok) throw new StreamRefused(url, response.status);
    const fleet = new FleetClient(response, leave);
    if (!isPaused) fleet.read();
    return fleet;
  }

  read(): void {
    this.#reading = this.#readAll().catch((error: unknown) => {
      if (!this.#leave.signal.aborted) throw error;
    });
  }

  untilReady(): Promise<{ truncated: boolean }> {
    return until('all sessions are told', () => this.ready);
  }

  /** The session's row, once it fits. */
  untilRow(what: string, id: string, fits: (row: FleetRow) => boolean): Promise<FleetRow> {
    return until(what, () => {
      const row = this.rows.get(id);
      return row && fits(row) && row;
    });
  }

  /** Resolves when the connection is closed; rejects when a frame made no sense. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave.abort();
    await this.#reading;
  }

  async #readAll(): Promise<void> {
    const frames = new FrameReader();
    for await (const chunk of this.#response.body ?? []) {
      for (const { event, data } of frames.read(chunk)) this.#apply(event, data);
    }
  }

  #apply(event: string, data: unknown): void {
    this.events.push(event);
    switch (event) {
      case 'session':
        for (const row of (data as { rows: FleetRow[] }).rows) {
          this.rows.set(row.session_id, row);
          this.told.set(row.session_id, (this.told.get(row.session_id) ?? 0) + 1);
        }
        break;
      case 'approvals':
        if ('locked' in (data as object)) this.isLocked = true;
        else this.#setOpen(data as { session_id: string; open: FleetApproval[] });
        break;
      case 'removed':
        for (const id of (data as { ids: string[] }).ids) {
          this.rows.delete(id);
          this.approvals.delete(id);
        }
        break;
      case 'ready':
        this.ready = data as { truncated: boolean };
        break;
      case 'ping':
        break;
      default:
        throw new Error(`A frame with an unknown name: ${event}.`);
    }
  }

  #setOpen({ session_id: id, open }: { session_id: string; open: FleetApproval[] }): void {
    if (open.length === 0) this.approvals.delete(id);
    else this.approvals.set(id, open);
  }
}
