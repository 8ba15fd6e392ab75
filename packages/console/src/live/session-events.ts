/** An event as the wire has it. Its fields are read by the reducer, which takes nothing for granted. */
export interface WireEvent {
  id: string;
  type: string;
  processed_at?: string | null;
  [field: string]: unknown;
}
