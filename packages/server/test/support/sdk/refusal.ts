import { z } from 'zod';

/** What the SDKs of every release throw for an answer that is an error. */
const thrown = z.object({
  status: z.number(),
  headers: z.instanceof(Headers),
  error: z.object({
    error: z.object({
      type: z.string(),
      message: z.string(),
      details: z.object({ error_code: z.string().optional() }).optional(),
    }),
  }),
});

export interface Refusal {
  status: number;
  type: string;
  message: string;
  code?: string;
  /** What `x-should-retry` says; absent: nothing. */
  shouldRetry?: string;
}

/** How the server refused a call of the SDK. */
export async function refusalOf(call: PromiseLike<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    const refused = thrown.safeParse(error);
    if (!refused.success) throw error;
    const { status, headers } = refused.data;
    const { type, message, details } = refused.data.error.error;
    const shouldRetry = headers.get('x-should-retry');
    return {
      status,
      type,
      message,
      ...(details?.error_code && { code: details.error_code }),
      ...(shouldRetry !== null && { shouldRetry }),
    };
  }
  throw new Error('The call was not refused.');
}
