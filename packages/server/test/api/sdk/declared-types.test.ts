import type {
  AgentCreateParams,
  AgentUpdateParams,
  BetaManagedAgentsAgent,
} from '@anthropic-ai/sdk/resources/beta/agents/agents';
import type {
  BetaEnvironment,
  EnvironmentCreateParams,
  EnvironmentUpdateParams,
} from '@anthropic-ai/sdk/resources/beta/environments/environments';
import type { BetaModelInfo } from '@anthropic-ai/sdk/resources/beta/models';
import type {
  BetaManagedAgentsSessionAgent,
  SessionCreateParams,
} from '@anthropic-ai/sdk/resources/beta/sessions/sessions';
import type { ModelInfo } from '@anthropic-ai/sdk/resources/models';
import { it } from 'vitest';
import type { z } from 'zod';
import type { agentSelectionField } from '#src/http/v1/agent-selection.ts';
import type { agent, sessionAgent } from '#src/http/v1/agent-schemas.ts';
import type * as agents from '#src/http/v1/agents.ts';
import type * as environments from '#src/http/v1/environments.ts';
import type { model } from '#src/http/v1/model-schemas.ts';
import { answersAs, takes } from './assignable.ts';

/** Without MCP servers of type `stdio`, which are ours alone. */
type Declared<T extends { mcp_servers: { type: string }[] }> = Omit<T, 'mcp_servers'> & {
  mcp_servers: Extract<T['mcp_servers'][number], { type: 'url' }>[];
};

// `npm run check` compiles the tests: that is where this fails.
it('answers are assignable to the types of the SDK, and its requests to ours', () => {
  answersAs<BetaManagedAgentsAgent, Declared<z.output<typeof agent>>>();
  answersAs<BetaManagedAgentsSessionAgent, Declared<z.output<typeof sessionAgent>>>();
  takes<AgentCreateParams, z.input<typeof agents.createBody>>();
  takes<AgentUpdateParams, z.input<typeof agents.updateBody>>();
  takes<SessionCreateParams['agent'], z.input<typeof agentSelectionField>>();

  answersAs<BetaEnvironment, z.output<typeof environments.environment>>();
  takes<EnvironmentCreateParams, z.input<typeof environments.createBody>>();
  takes<EnvironmentUpdateParams, z.input<typeof environments.updateBody>>();

  answersAs<ModelInfo, z.output<typeof model>>();
  answersAs<BetaModelInfo, z.output<typeof model>>();
});
