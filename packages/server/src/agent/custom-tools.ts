import { z } from 'zod';
import type { CustomTool } from '../domain/agent-config.ts';
import type { ApprovalDecision } from '../domain/approval.ts';
import type { ContentBlock } from '../domain/content.ts';
import type { Asks } from './asks.ts';
import { CUSTOM_SERVER } from '../domain/tool-names.ts';

/** Results up to this many characters reach the model whole; without it the agent puts long ones into a file. */
const MAX_RESULT_CHARACTERS = 500_000;

const request = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.unknown().optional(),
});
type Request = z.infer<typeof request>;
const initialization = z.object({ protocolVersion: z.string() });
const call = z.object({
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()).default({}),
  _meta: z.object({ 'claudecode/toolUseId': z.string() }),
});
const cancellation = z.object({ requestId: z.union([z.string(), z.number()]) });

/** What the agent SDK uses of a server inside the host program. */
export interface InProcessServer {
  connect(transport: Transport): Promise<void>;
  close(): Promise<void>;
}

/** Puts the bytes of files of this server into what a client gives back. */
type Fill = (content: ContentBlock[]) => Promise<ContentBlock[]>;

interface Transport {
  onmessage?: ((message: unknown) => void) | undefined;
  start(): Promise<void>;
  send(message: object): Promise<void>;
}

/**
 * The MCP server that offers a client's own tools to the agent. A call waits until the client has sent its result, which
 * comes as the answer of an ask.
 */
export function createCustomToolServer(
  tools: readonly CustomTool[],
  asks: Asks,
  fill: Fill,
): InProcessServer {
  return new CustomToolServer(tools, asks, fill);
}

class CustomToolServer implements InProcessServer {
  readonly #tools: readonly CustomTool[];
  readonly #asks: Asks;
  readonly #fill: Fill;
  readonly #calls = new Map<string | number, AbortController>();
  #transport: Transport | undefined;

  constructor(tools: readonly CustomTool[], asks: Asks, fill: Fill) {
    this.#tools = tools;
    this.#asks = asks;
    this.#fill = fill;
  }

  async connect(transport: Transport): Promise<void> {
    this.#transport = transport;
    // A property of the SDK's transport, not a DOM event.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    transport.onmessage = (message) => void this.#answer(message);
    await transport.start();
  }

  async close(): Promise<void> {
    for (const abort of this.#calls.values()) abort.abort();
  }

  /** Never rejects: a line to a process that has gone leads nowhere. */
  async #answer(message: unknown): Promise<void> {
    const parsed = request.safeParse(message);
    if (!parsed.success) return;
    const { id, method, params } = parsed.data;
    if (id === undefined) return this.#notice(parsed.data);
    const answer = await this.#handle(id, method, params).then(
      (result) => ({ result }),
      (error: unknown) => ({ error: { code: -32_603, message: String(error) } }),
    );
    await this.#transport?.send({ jsonrpc: '2.0', id, ...answer }).catch(() => undefined);
  }

  #notice({ method, params }: Request): void {
    if (method !== 'notifications/cancelled') return;
    const cancelled = cancellation.safeParse(params);
    if (cancelled.success) this.#calls.get(cancelled.data.requestId)?.abort();
  }

  async #handle(id: string | number, method: string, params: unknown): Promise<object> {
    switch (method) {
      case 'initialize':
        return {
          protocolVersion: initialization.parse(params).protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: CUSTOM_SERVER, version: '1.0.0' },
        };
      case 'tools/list':
        return { tools: this.#tools.map(describe) };
      case 'tools/call':
        return this.#call(id, call.parse(params));
      case 'ping':
        return {};
      default:
        throw new Error(`There is no method ${method} here.`);
    }
  }

  async #call(id: string | number, { name, arguments: input, _meta }: z.infer<typeof call>): Promise<object> {
    const abort = new AbortController();
    this.#calls.set(id, abort);
    try {
      const ask = {
        toolUseId: _meta['claudecode/toolUseId'],
        kind: 'custom_tool' as const,
        name: `mcp__${CUSTOM_SERVER}__${name}`,
        input,
        rules: [],
        reason: null,
        parentToolUseId: null,
      };
      const decision = this.#asks.decisionOf(ask.toolUseId) ?? (await this.#asks.ask(ask, abort.signal));
      return await toResult(decision, this.#fill);
    } finally {
      this.#calls.delete(id);
    }
  }
}

/** Calls of tools that only read run side by side, and so do these: the agent does not know what they do. */
function describe({ name, description, input_schema: inputSchema }: CustomTool): object {
  return {
    name,
    description,
    inputSchema,
    annotations: { readOnlyHint: true },
    _meta: { 'anthropic/maxResultSizeChars': MAX_RESULT_CHARACTERS },
  };
}

async function toResult(decision: ApprovalDecision | undefined, fill: Fill): Promise<object> {
  if (!decision) return { isError: true, content: [{ type: 'text', text: 'The run was stopped.' }] };
  const { content = [], isError = false } = decision.result ?? {};
  return { content: (await fill(content)).map(toMcpContent), isError };
}

/** MCP has texts and images. Of a document with bytes the agent makes a file that it can read; the rest becomes text. */
function toMcpContent(block: ContentBlock): object {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image':
      return block.source.type === 'base64'
        ? { type: 'image', data: block.source.data, mimeType: block.source.media_type }
        : { type: 'text', text: JSON.stringify(block.source) };
    case 'document':
      return toMcpDocument(block);
    case 'search_result':
      return {
        type: 'text',
        text: [`${block.title} (${block.source})`, ...block.content.map(({ text }) => text)].join('\n'),
      };
  }
}

function toMcpDocument(block: Extract<ContentBlock, { type: 'document' }>): object {
  const { source } = block;
  switch (source.type) {
    case 'text':
      return { type: 'text', text: source.data };
    case 'base64': {
      const resource = { uri: 'file:///document', mimeType: source.media_type, blob: source.data };
      return { type: 'resource', resource };
    }
    case 'url':
    case 'file':
      return { type: 'text', text: JSON.stringify(block) };
  }
}
