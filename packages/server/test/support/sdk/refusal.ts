import { APIError } from '@anthropic-ai/sdk';
import { z } from 'zod';

const body = z.object({
  error: z.object({
    type: z.string(),
    message: z.string(),
    details: z.object({ error_code: z.string().optional() }).optional(),
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
    if (!(error instanceof APIError) || error.status === undefined) throw error;
    const { type, message, details } = body.parse(error.error).error;
    const shouldRetry = new Headers(error.headers).get('x-should-retry');
    return {
      status: error.status,
      type,
      message,
      ...(details?.error_code && { code: details.error_code }),
      ...(shouldRetry !== null && { shouldRetry }),
    };
  }
  throw new Error('The call was not refused.');
}
