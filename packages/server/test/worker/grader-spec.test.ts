import { describe, expect, it } from 'vitest';
import { toToolAccess } from '#src/agent/tool-access.ts';
import type { PermissionPolicy } from '#src/domain/agent-config.ts';
import { toGraderAccess } from '#src/worker/grader-spec.ts';

function toolsOfGrader(names: string[], policy: PermissionPolicy = { type: 'always_allow' }): string[] {
  const config = (name: string) => ({ name, enabled: true, permission_policy: policy });
  const access = toToolAccess({
    tools: [
      {
        type: 'agent_toolset_20260401',
        default_config: { enabled: false, permission_policy: policy },
        configs: names.map(config),
      },
    ],
  } as Parameters<typeof toToolAccess>[0]);
  return Object.keys(toGraderAccess(access).builtIn);
}

describe('the tools of a grader', () => {
  it('see what the agent could see, and no more: none if it has none', () => {
    expect(toolsOfGrader(['read', 'web_fetch'])).toEqual(['Read', 'Glob', 'Grep']);
    expect(toolsOfGrader(['web_fetch'])).toEqual([]);
    expect(Object.keys(toGraderAccess(undefined).builtIn)).toEqual(['Read', 'Glob', 'Grep']);
  });

  it("have a shell only where nobody wants to be asked about the agent's", () => {
    expect(toolsOfGrader(['bash'])).toEqual(['Read', 'Glob', 'Grep', 'Bash']);
    expect(toolsOfGrader(['bash'], { type: 'always_ask' })).toEqual(['Read', 'Glob', 'Grep']);
  });
});
