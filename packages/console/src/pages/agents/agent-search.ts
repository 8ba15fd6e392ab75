export const AGENT_TABS = ['form', 'json', 'versions'] as const;

/** What the address of an agent says besides which one. */
export interface AgentSearch {
  /** Absent: the latest. */
  version?: number;
  tab?: (typeof AGENT_TABS)[number];
}

export function readAgentSearch(search: Record<string, unknown>): AgentSearch {
  const version = Number(search['version']);
  const tab = AGENT_TABS.find((one) => one === search['tab']);
  return { ...(Number.isInteger(version) && version > 0 && { version }), ...(tab && { tab }) };
}
