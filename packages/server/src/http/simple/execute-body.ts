import { z } from 'zod';
import { PERMISSION_MODES } from '../../domain/run-options.ts';
import type { RunRequest } from '../../sessions/sessions.ts';
import { parseTraceParent } from '../../telemetry/trace-parent.ts';
import { integer, number, optional, optionalText, text, textList } from '../fields.ts';

/** These reach the agent on its command line or in its environment, where Linux takes 128 KiB for one string. */
const MAX_ARGUMENT_BYTES = 100_000;
/** The list shows these of up to a thousand sessions at once. */
const MAX_LISTED_BYTES = 65_536;
const MAX_TITLE = 1000;
const TOO_LONG = `Input should have at most ${MAX_ARGUMENT_BYTES} bytes`;

/** What `/execute/` takes. Unknown fields are ignored; blank text and null count as absent. */
export const executeBody = z
  .object({
    prompt: text().trim().min(1).describe('What the agent is to do.'),
    system_prompt: optionalText().describe('Replaces the default one.'),
    permission_mode: optional(z.enum(PERMISSION_MODES)).describe('What runs without asking a person.'),
    model: optionalText()
      .refine(fitsCommandLine, TOO_LONG)
      .describe('An alias (`sonnet`, `opus`, `haiku`) or a full model name.'),
    cwd: optionalText().describe('Absolute path of an existing directory inside an allowed root.'),
    max_turns: optional(integer(1, 100)).describe('Beyond it the run ends in `error`.'),
    env: optional(z.record(z.string(), text().refine(fitsCommandLine, TOO_LONG))).describe(
      "Reaches the agent's process and its Bash.",
    ),
    on_ask: optional(z.enum(['deny', 'wait'])).describe(
      'What happens when a tool needs a person: `deny` refuses it and the run goes on, `wait` waits for an answer at /approvals.',
    ),
    allowed_tools: optional(textList())
      .refine(fitsCommandLine, TOO_LONG)
      .describe(
        "Claude's tool names and rules: `Read`, `Bash(git log:*)`, `mcp__server__tool`. A single string counts as a list of one.",
      ),
    disallowed_tools: optional(textList())
      .refine(fitsCommandLine, TOO_LONG)
      .describe('The same; these are taken away.'),
    resume_session_id: optionalText().describe(
      'Continue that session: the agent remembers the conversation.',
    ),
    mcp_servers: optional(
      z.record(
        z.string(),
        z.looseObject({
          type: z.enum(['stdio', 'http', 'sse']).optional(),
          command: z.string().optional(),
          url: z.string().optional(),
        }),
      ),
    ).describe('Name to `{ type, command | url, … }`, as the Claude Agent SDK takes them.'),
    output_schema: optional(z.record(z.string(), z.unknown()))
      .refine(fitsCommandLine, TOO_LONG)
      .describe('A JSON Schema; the result then carries `structured_output`.'),
    max_budget_usd: optional(number((schema) => schema.positive())).describe(
      'Beyond it the run ends in `error`.',
    ),
    max_thinking_tokens: optional(integer(0)),
    setting_sources: optional(z.preprocess(asList, z.array(z.literal('project')))).describe(
      '`project` loads CLAUDE.md, skills and hooks of the directory; only inside a trusted root.',
    ),
    metadata: optional(z.record(z.string(), z.unknown()))
      .refine(fitsList, `Input should have at most ${MAX_LISTED_BYTES} bytes`)
      .describe('For the caller; the list shows it. At most 64 KiB.'),
    title: optionalText()
      .refine(isShort, `String should have at most ${MAX_TITLE} characters`)
      .describe('For the caller; the list shows it. At most 1000 characters.'),
    fork: optional(z.boolean().refine((value) => !value, notYet('fork'))).describe('Not available yet.'),
    agents: optional(z.unknown().refine((value) => value == null, notYet('agents'))).describe(
      'Not available yet.',
    ),
  })
  .meta({ id: 'Execute' });

export type ExecuteBody = z.infer<typeof executeBody>;

/** The part of the body that is about the run. */
export function toRunRequest(
  body: ExecuteBody,
  { defaultOnAsk, traceParent }: { defaultOnAsk: 'deny' | 'wait'; traceParent: string | undefined },
): RunRequest {
  return {
    prompt: body.prompt,
    options: {
      systemPrompt: body.system_prompt,
      permissionMode: body.permission_mode,
      model: body.model,
      maxTurns: body.max_turns,
      env: body.env,
      onAsk: body.on_ask ?? (defaultOnAsk === 'deny' ? undefined : defaultOnAsk),
      allowedTools: body.allowed_tools,
      disallowedTools: body.disallowed_tools,
      mcpServers: body.mcp_servers,
      outputSchema: body.output_schema,
      maxBudgetUsd: body.max_budget_usd,
      maxThinkingTokens: body.max_thinking_tokens,
      settingSources: body.setting_sources,
      // By W3C Trace Context one that is not valid counts as absent.
      traceParent: parseTraceParent(traceParent) && traceParent,
    },
  };
}

function fitsCommandLine(value: unknown): boolean {
  return value === undefined || Buffer.byteLength(JSON.stringify(value)) <= MAX_ARGUMENT_BYTES;
}

function fitsList(value: unknown): boolean {
  return value === undefined || Buffer.byteLength(JSON.stringify(value)) <= MAX_LISTED_BYTES;
}

function isShort(value: string | undefined): boolean {
  return value === undefined || value.length <= MAX_TITLE;
}

function asList(value: unknown): unknown {
  return typeof value === 'string' ? [value] : value;
}

function notYet(what: string): string {
  return `${what} is not available yet`;
}
