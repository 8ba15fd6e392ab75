import { z } from 'zod';

const rawMessage = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  command_uuid: z.string().optional(),
  state: z.string().optional(),
  status: z.string().nullish(),
  error_status: z.number().nullish(),
  user_message_uuids: z.array(z.string()).optional(),
  message: z
    .looseObject({
      model: z.string().optional(),
      content: z.union([
        z.string(),
        z.array(z.looseObject({ type: z.string(), is_error: z.boolean().nullish() })),
      ]),
    })
    .optional(),
  event: z
    .looseObject({
      type: z.string(),
      delta: z.looseObject({ stop_reason: z.string().nullish() }).optional(),
      usage: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  abandoned_blocks: z.unknown().optional(),
  aborted: z.boolean().optional(),
  isSynthetic: z.boolean().optional(),
  is_error: z.boolean().optional(),
  terminal_reason: z.string().nullish(),
  result: z.string().nullish(),
});
/** What the tests read of a message of the agent SDK, whose own types leave some of them out. */
export type RawMessage = z.infer<typeof rawMessage>;

export function parseRawMessage(message: unknown): RawMessage {
  return rawMessage.parse(message);
}

/** The order of events in short words; our messages are called by their `names`, the agent's own `agent`. */
export function storyOf(messages: RawMessage[], names: Record<string, string> = {}): string[] {
  const nameOf = (uuid = ''): string => names[uuid] ?? 'agent';
  return messages.flatMap((message) => tell(message, nameOf) ?? []);
}

/** A story as it is written down in a test: words between commas and line ends. */
export function words(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter(Boolean);
}

function tell(message: RawMessage, nameOf: (uuid: string | undefined) => string): string | undefined {
  const about = message.user_message_uuids?.map(nameOf).join('+') ?? '';
  switch (message.type) {
    case 'command_lifecycle':
      return `${message.state} ${nameOf(message.command_uuid)}`;
    case 'system':
      return tellSystem(message, about);
    case 'stream_event':
      return tellStream(message);
    case 'assistant':
      return say(
        'assistant',
        kindsOf(message),
        message.message?.model === '<synthetic>' && 'synthetic',
        message.aborted && 'aborted',
      );
    case 'user':
      return say('user', kindsOf(message), message.isSynthetic && 'synthetic');
    case 'result':
      return say('result', message.is_error ? (message.terminal_reason ?? 'error') : 'ok', about);
    default:
      return undefined;
  }
}

function tellSystem({ subtype, state, status, error_status: httpStatus }: RawMessage, about: string) {
  switch (subtype) {
    case 'session_state_changed':
      return state;
    case 'status':
      return status === 'requesting' ? `requesting ${about}` : undefined;
    case 'api_retry':
      return `api_retry ${httpStatus}`;
    case 'init':
    case 'model_refusal_no_fallback':
      return subtype;
    default:
      return undefined;
  }
}

function tellStream({ event, abandoned_blocks: abandoned }: RawMessage): string | undefined {
  switch (event?.type) {
    case 'message_start':
      return 'message_start';
    case 'message_delta':
      return `message_delta ${event.delta?.stop_reason}`;
    case 'message_stop':
      return say('message_stop', abandoned !== undefined && 'abandoned');
    default:
      return undefined;
  }
}

function kindsOf({ message }: RawMessage): string {
  if (typeof message?.content === 'string') return 'text';
  return message?.content.map(({ type, is_error: isError }) => (isError ? `${type}!` : type)).join('+') ?? '';
}

function say(...parts: (string | false | undefined)[]): string {
  return parts.filter((part) => part).join(' ');
}
