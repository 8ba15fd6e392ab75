import type { Sandbox } from './sandbox/sandbox.ts';
import type { Warden } from './sandbox/warden.ts';

/** How strongly agents are held. */
export interface Holding {
  kind: Sandbox['kind'];
  /** Why not more strongly; undefined when that is no question. */
  reason: string | undefined;
  /** Whether what agents have started ends with the server, however that ends. */
  endsWithServer: boolean;
}

/** `warden`: that of agents which their sandbox does not end, or why there is none. */
export function describeHolding(
  { kind, ownsTree }: Sandbox,
  reason: string | undefined,
  warden: Warden | string | undefined,
): Holding {
  const whyNoWarden = typeof warden === 'string' ? warden : undefined;
  return {
    kind,
    reason: [reason, whyNoWarden].filter(Boolean).join('; ') || undefined,
    endsWithServer: ownsTree || whyNoWarden === undefined,
  };
}
