import type { McpServerConfig } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';

const request = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z
    .looseObject({
      name: z.string().optional(),
      protocolVersion: z.string().optional(),
      _meta: z.looseObject({ 'claudecode/toolUseId': z.string().optional() }).optional(),
    })
    .optional(),
});

export interface RawToolCall {
  name: string;
  toolUseId: string;
}

interface Transport {
  send(message: unknown): Promise<void>;
}

/**
 * An MCP server named `custom` within this program. The agent SDK wants no more of it than that it can be connected,
 * and then speaks JSON-RPC with it.
 */
export function serveTools(
  tools: object[],
  call: (call: RawToolCall) => Promise<object>,
): Record<string, McpServerConfig> {
  const instance = {
    async connect(transport: Transport) {
      Object.assign(transport, { onmessage: (message: unknown) => void answer(message, transport) });
    },
    close: async () => undefined,
  };
  async function answer(message: unknown, transport: Transport): Promise<void> {
    const { id, method, params } = request.parse(message);
    if (id === undefined) return;
    const result = await toResult(method, params ?? {});
    await transport.send({ jsonrpc: '2.0', id, result });
  }
  async function toResult(method: string, params: NonNullable<z.infer<typeof request>['params']>) {
    switch (method) {
      case 'initialize':
        return {
          protocolVersion: params.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: 'custom', version: '1' },
        };
      case 'tools/list':
        return { tools };
      default:
        return call({ name: params.name ?? '', toolUseId: params._meta?.['claudecode/toolUseId'] ?? '' });
    }
  }
  return { custom: { type: 'sdk', name: 'custom', instance: instance as never } };
}
