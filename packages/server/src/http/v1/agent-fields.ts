import { z } from 'zod';
import type { McpServerChoice, ModelChoice } from '../../agents/change.ts';
import { EFFORTS } from '../../domain/agent-config.ts';
import { findServerNameFault, MAX_SERVER_NAME } from '../../domain/mcp-names.ts';
import type { AppContext } from '../context.ts';
import { invalid } from './errors.ts';
import { notSupported, textOf } from './fields.ts';

// What agents are made of, as requests say it, apart from their tools.

const MAX_SERVERS = 20;
const MAX_URL = 2048;

const modelId = textOf(1, 256).regex(/^[^\s-]\S*$/, 'Input should be the name of a model');

export const modelField = z.union([
  modelId.transform((id): ModelChoice => ({ id, speed: 'standard' })),
  z
    .strictObject({
      id: modelId,
      effort: z
        .union([z.enum(EFFORTS).transform((type) => ({ type })), z.strictObject({ type: z.enum(EFFORTS) })])
        .nullish()
        .describe("Absent: the model's own; in a change that keeps the model, the one that is there."),
      speed: z
        .enum(['standard', 'fast'])
        .refine((speed) => speed === 'standard', "'fast' is not supported by this server yet")
        .nullish(),
      inference_geo: notSupported('A region for inference is'),
    })
    .transform(({ id, effort }): ModelChoice => ({ id, effort, speed: 'standard' })),
]);

const serverName = textOf(1, MAX_SERVER_NAME).superRefine((name, context) => {
  const fault = findServerNameFault(name);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});

/** What the agent's engine takes as it is: it would put variables of its own environment in the place of others. */
function literalText(minimum: number, maximum: number) {
  return textOf(minimum, maximum).regex(
    /^(?!.*\$\{.*\})/s,
    'Input should not contain ${…}: variables are not filled in',
  );
}

const urlServer = z.strictObject({
  type: z.literal('url'),
  name: serverName,
  url: literalText(1, MAX_URL).refine(
    isHttpUrl,
    'Input should be a URL that begins with http:// or https://',
  ),
});

const stdioServer = z
  .strictObject({
    type: z.literal('stdio'),
    name: serverName,
    command: literalText(1, MAX_URL),
    args: z.array(literalText(0, 10_000)).max(100).optional(),
    env: z
      .record(
        textOf(1, 255).regex(/^[^=]*$/, 'Input should be the name of a variable'),
        literalText(0, 10_000).nullable(),
      )
      .optional()
      .describe('Values are never shown. In a change, null keeps the one that is stored.'),
  })
  .transform(({ args = [], env = {}, ...server }): McpServerChoice => ({ ...server, args, env }))
  .describe("An extension: a program on the server's machine, if its operator allows that (stdio-mcp).");

export const mcpServersField = z
  .array(z.discriminatedUnion('type', [urlServer, stdioServer]))
  .max(MAX_SERVERS);

export const skillsField = z
  .array(z.unknown())
  .refine(
    (skills) => skills.length === 0,
    'Skills are not supported by this server yet; leave them out or send an empty list',
  );

export const executionIdentityField = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('service_account') }),
  z.strictObject({ type: z.literal('aws_role'), role_arn: z.unknown().optional() }).refine(() => false, {
    path: ['type'],
    message: "'aws_role' is not supported by this server yet; leave it out or send 'service_account'",
  }),
]);

export const multiagentField = notSupported('Multiagent configuration is');

/** What can be asked for in a server that the operator did not allow. Throws V1Error. `path`: of the list. */
export function checkServersAllowed(
  servers: readonly McpServerChoice[] | undefined,
  { config }: Pick<AppContext, 'config'>,
  path = 'mcp_servers',
): void {
  const index = servers?.findIndex(({ type }) => type === 'stdio') ?? -1;
  if (index === -1 || config.stdioMcp) return;
  throw invalid(
    `${path}.${index}.type`,
    "'stdio' is not allowed on this server: the setting stdio-mcp (BULLPEN_STDIO_MCP) allows it",
  );
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}
