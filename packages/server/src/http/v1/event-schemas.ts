import { z } from 'zod';
import { text } from '../fields.ts';
import { messageContent, resultContent, systemContent } from './content-schemas.ts';

// The events that clients send.

export const DEFAULT_ITERATIONS = 3;
const MAX_ITERATIONS = 20;
export const MAX_RUBRIC = 262_144;

export const userMessage = z.strictObject({ type: z.literal('user.message'), content: messageContent });

export const userDefineOutcome = z.strictObject({
  type: z.literal('user.define_outcome'),
  description: text().min(1),
  rubric: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('text'), content: text().min(1).max(MAX_RUBRIC) }),
    z.strictObject({ type: z.literal('file'), file_id: z.string() }),
  ]),
  max_iterations: z
    .int()
    .min(1)
    .max(MAX_ITERATIONS)
    .nullish()
    .describe(`How often the work is looked at; ${DEFAULT_ITERATIONS} unless given.`),
});

const userInterrupt = z.strictObject({
  type: z.literal('user.interrupt'),
  session_thread_id: z.string().nullish().describe('Absent: all threads.'),
});

const userToolConfirmation = z
  .strictObject({
    type: z.literal('user.tool_confirmation'),
    tool_use_id: z.string(),
    result: z.enum(['allow', 'deny']),
    deny_message: text().nullish(),
  })
  .refine(({ result, deny_message }) => result === 'deny' || deny_message == null, {
    path: ['deny_message'],
    message: "Only a result of 'deny' takes a message",
  });

const toolResult = { content: resultContent, is_error: z.boolean().nullish() };

const userCustomToolResult = z.strictObject({
  type: z.literal('user.custom_tool_result'),
  custom_tool_use_id: z.string(),
  ...toolResult,
});

const userToolResult = z
  .strictObject({ type: z.literal('user.tool_result'), tool_use_id: z.string(), ...toolResult })
  .describe('Of a tool that a client runs, which environments of this server do not have.');

const systemMessage = z.strictObject({ type: z.literal('system.message'), content: systemContent });

/** Any event that a client can send. */
export const clientEvent = z
  .discriminatedUnion('type', [
    userMessage,
    userInterrupt,
    userToolConfirmation,
    userCustomToolResult,
    userToolResult,
    userDefineOutcome,
    systemMessage,
  ])
  .meta({ id: 'ClientEvent' });
export type ClientEvent = z.output<typeof clientEvent>;
