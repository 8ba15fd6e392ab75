import { useState } from 'react';
import { isSame, parseBody, printBody, type AgentBody, type BodyFault } from '../../lib/agent-body.ts';

/** An agent that is being written, by the form or as JSON. */
export interface Draft {
  /** The last that could be read. */
  body: AgentBody;
  /** As JSON: what was typed, also while it cannot be read. */
  text: string;
  fault: BodyFault | undefined;
  isChanged: boolean;
  change: (part: Partial<AgentBody>) => void;
  type: (text: string) => void;
  reset: (body: AgentBody) => void;
}

export function useDraft(base: AgentBody, start: AgentBody = base): Draft {
  const [body, setBody] = useState(start);
  const [typed, setTyped] = useState<{ text: string; fault: BodyFault | undefined }>();
  const reset = (next: AgentBody): void => {
    setBody(next);
    setTyped(undefined);
  };
  return {
    body,
    text: typed?.text ?? printBody(body),
    fault: typed?.fault,
    isChanged: typed?.fault !== undefined || !isSame(body, base),
    change: (part) => reset({ ...body, ...part }),
    type: (text) => {
      const parsed = parseBody(text);
      if ('fault' in parsed) return setTyped({ text, fault: parsed.fault });
      setBody(parsed);
      setTyped({ text, fault: undefined });
    },
    reset,
  };
}
