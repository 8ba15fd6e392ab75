import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { McpServer, Tool } from '../../lib/agent-body.ts';
import { Button } from '../../ui/button.tsx';
import type { FormProps } from './agent-form.tsx';
import { errorAt } from './field-errors.ts';
import { Server } from './mcp-server.tsx';
import { Section } from './section.tsx';

/** Servers whose tools the agent has; each with who is asked about its tools, which is a toolset of its own in the API. */
export function McpServers({ body, change, errors }: FormProps): ReactNode {
  const { t } = useTranslation();
  const { mcp_servers: servers, tools } = body;
  const replace = (index: number, server: McpServer): void => {
    const name = servers[index]?.name;
    change({
      mcp_servers: servers.map((one, place) => (place === index ? server : one)),
      tools: tools.map((tool) =>
        isToolsetOf(tool, name) ? { ...tool, mcp_server_name: server.name } : tool,
      ),
    });
  };
  const remove = (index: number): void => {
    const name = servers[index]?.name;
    change({
      mcp_servers: servers.filter((_, place) => place !== index),
      tools: tools.filter((tool) => !isToolsetOf(tool, name)),
    });
  };
  const add = (): void => {
    const name = freeName(servers);
    change({
      mcp_servers: [...servers, { type: 'url', name, url: '' }],
      tools: [
        ...tools,
        {
          type: 'mcp_toolset',
          mcp_server_name: name,
          default_config: { enabled: true, permission_policy: { type: 'always_ask' } },
        },
      ],
    });
  };
  return (
    <Section
      title={t('agents.section.mcp')}
      text={t('agents.mcpHint')}
      error={errors['mcp_servers']}
      actions={
        <Button size="sm" icon={<Plus />} onClick={add}>
          {t('agents.mcp.add')}
        </Button>
      }
    >
      {servers.map((server, index) => {
        const place = tools.findIndex((tool) => isToolsetOf(tool, server.name));
        return (
          <Server
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            server={server}
            path={`mcp_servers.${index}`}
            errors={errors}
            toolset={tools[place]}
            toolsetError={place === -1 ? undefined : errorAt(errors, `tools.${place}`)}
            onChange={(next) => replace(index, next)}
            onToolset={(next) => change({ tools: tools.map((tool, at) => (at === place ? next : tool)) })}
            onRemove={() => remove(index)}
          />
        );
      })}
    </Section>
  );
}

function isToolsetOf(tool: Tool, server: string | undefined): boolean {
  return tool.type === 'mcp_toolset' && tool['mcp_server_name'] === server;
}

function freeName(servers: readonly McpServer[]): string {
  const names = new Set(servers.map(({ name }) => name));
  let number = servers.length + 1;
  while (names.has(`server-${number}`)) number++;
  return `server-${number}`;
}
