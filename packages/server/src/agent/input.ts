import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { ContentBlock } from '../domain/content.ts';
import type { AgentPrompt, AgentSpec } from './agent.ts';
import { toUserMessage } from './prompt.ts';
import { AsyncQueue } from './queue.ts';

/** Puts the bytes of files of this server into what a client says, where it only names them. Must not reject. */
export type FillContent = (tenantId: string, content: ContentBlock[]) => Promise<ContentBlock[]>;

/** What an agent process is told, one after the other. */
export class AgentInput implements AsyncIterable<SDKUserMessage> {
  readonly #queue = new AsyncQueue<Parameters<typeof toUserMessage>[0]>();
  readonly #spec: Pick<AgentSpec, 'tenantId' | 'access'>;
  readonly #fill: FillContent;

  constructor(spec: Pick<AgentSpec, 'tenantId' | 'access'>, fill: FillContent) {
    this.#spec = spec;
    this.#fill = fill;
  }

  push(message: Pick<AgentPrompt, 'inputId' | 'content' | 'isNudge'>): void {
    this.#queue.push(message);
  }

  close(): void {
    this.#queue.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SDKUserMessage, void> {
    const { tenantId, access } = this.#spec;
    for await (const message of this.#queue) {
      const given = message.content;
      const content = typeof given === 'string' ? given : await this.#fill(tenantId, given);
      yield toUserMessage({ ...message, content }, access !== undefined);
    }
  }
}
