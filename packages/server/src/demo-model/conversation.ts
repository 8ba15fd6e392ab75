import { z } from 'zod';

/** A request to the model, reduced to what decides the answer. */
export interface Conversation {
  model: string;
  stream: boolean;
  /** The tools on offer, with the schema of their input. */
  tools: Map<string, Record<string, unknown>>;
  /** What people said, oldest first. Reminders and notices of the agent program are not among them. */
  prompts: string[];
  /** The tool calls since the last prompt, by the model's message that made them. */
  calls: ToolCall[][];
  /** Background work that ended after the agent's last word: what there is to react to. */
  notification: string | undefined;
  /** The agent program asks for a summary of the conversation, to go on with less context. */
  wantsSummary: boolean;
  cwd: string | undefined;
  tokens: ConversationTokens;
}

export interface ToolCall {
  id: string;
  name: string;
  input: Record<string, unknown>;
  /** Undefined: no result yet. */
  result: { text: string; isError: boolean } | undefined;
}

export interface ConversationTokens {
  /** Of the last message, and of everything before it. */
  last: number;
  before: number;
  /** Whether the part before was sent once already. */
  isRepeated: boolean;
}

const Block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  tool_use_id: z.string().optional(),
  is_error: z.boolean().nullish(),
  content: z.unknown().optional(),
});
const Message = z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(Block)]) });
const Request = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  tools: z
    .array(z.looseObject({ name: z.string(), input_schema: z.record(z.string(), z.unknown()).optional() }))
    .optional(),
  system: z.unknown().optional(),
  messages: z.array(Message).min(1),
});
const TextBlocks = z.array(z.looseObject({ text: z.string().optional() }));

type Block = z.infer<typeof Block>;
type Message = z.infer<typeof Message>;

const CHARACTERS_PER_TOKEN = 4;
const REMINDER = /<system-reminder>[\s\S]*?<\/system-reminder>/g;
const NOTIFICATION = /<task-notification>[\s\S]*?<summary>([\s\S]*?)<\/summary>/;
const SUMMARY_WANTED = /create a detailed summary of/i;
// The agent program says it at the beginning, in a place that depends on the model; here it is found in JSON.
const WORKING_DIRECTORY = /working directory: (\/[^"\\]*)/i;
// What the agent program writes in the user's place.
const NOTICES = [
  /^\[Request interrupted by user/,
  /^\[Image(?: source)?: /,
  /^Output token limit hit/,
  /^\[Image: source: /,
  /^Your response above was /,
  /^\[structured-output-enforce\]/,
  /^(?:\[MESSAGE FROM NON-USER SOURCE[^\n]*\n)?Continue from where you left off/,
  /^<(?:local-command-\w+|command-name)>/,
];

/** Reads the body of a request to the Messages API. Throws ZodError when it is none. */
export function parseConversation(body: unknown): Conversation {
  const request = Request.parse(body);
  const prompts: string[] = [];
  let calls: ToolCall[][] = [];
  for (const message of request.messages) {
    const blocks = blocksOf(message);
    if (message.role === 'assistant') {
      const made = blocks.filter((block) => block.type === 'tool_use').map(toToolCall);
      if (made.length > 0) calls.push(made);
    }
    if (message.role !== 'user') continue;
    for (const block of blocks) recordResult(calls, block);
    // A prompt that got no answer stands in one message with the next one, as a block of its own.
    const said = blocks.map(spokenText).filter(Boolean);
    if (said.length > 0) calls = [];
    prompts.push(...said);
  }
  return {
    model: request.model,
    stream: request.stream ?? false,
    tools: new Map(request.tools?.map((tool) => [tool.name, tool.input_schema ?? {}])),
    prompts,
    calls,
    notification: findNotification(request.messages),
    wantsSummary: SUMMARY_WANTED.test(prompts.at(-1) ?? ''),
    cwd: WORKING_DIRECTORY.exec(JSON.stringify([request.system, request.messages.slice(0, 3)]))?.[1],
    tokens: countTokens(request.messages, JSON.stringify([request.system, request.tools]).length),
  };
}

function blocksOf(message: Message): Block[] {
  if (typeof message.content !== 'string') return message.content;
  return [{ type: 'text', text: message.content, content: undefined }];
}

function toToolCall(block: Block): ToolCall {
  return { id: block.id ?? '', name: block.name ?? '', input: block.input ?? {}, result: undefined };
}

function recordResult(calls: ToolCall[][], block: Block): void {
  if (block.type !== 'tool_result') return;
  const call = calls.flat().find((candidate) => candidate.id === block.tool_use_id);
  if (call) call.result = { text: resultText(block.content), isError: block.is_error === true };
}

function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  const blocks = TextBlocks.safeParse(content);
  return blocks.success ? blocks.data.map((block) => block.text ?? '').join('\n') : '';
}

function spokenText(block: Block): string {
  if (block.type !== 'text') return '';
  const spoken = (block.text ?? '').replace(REMINDER, '').trim();
  return NOTICES.some((notice) => notice.test(spoken)) ? '' : spoken;
}

function findNotification(messages: Message[]): string | undefined {
  const last = messages.findLast((message) => message.role !== 'system');
  if (last?.role !== 'user') return undefined;
  const blocks = blocksOf(last);
  if (blocks.some((block) => block.type === 'tool_result' || spokenText(block))) return undefined;
  return blocks.map((block) => NOTIFICATION.exec(block.text ?? '')?.[1]).find((summary) => summary);
}

function countTokens(messages: Message[], preamble: number): ConversationTokens {
  const lengths = messages.map((message) => JSON.stringify(message.content).length);
  const last = lengths.at(-1) ?? 0;
  const before = lengths.reduce((sum, length) => sum + length, preamble) - last;
  return {
    last: Math.ceil(last / CHARACTERS_PER_TOKEN),
    before: Math.ceil(before / CHARACTERS_PER_TOKEN),
    isRepeated: messages.some((message) => message.role === 'assistant'),
  };
}
